/**
 * Reads what Linux says of how long something ran and what kept it from running: /proc/stat, /proc/PID/stat, and
 * the cgroup files of both versions. Pure; null wherever a text does not say it.
 */

/** What all processors together spent in each mode, in ticks of the kernel. */
export interface ModeTimes {
  readonly user: number
  readonly nice: number
  readonly system: number
  readonly idle: number
  readonly iowait: number
  readonly interrupt: number
  readonly steal: number
}

/** Of all processors together, in ticks of the kernel. */
export interface HostTimes {
  readonly running: number
  /** In which a processor of this machine would have run, and what runs beside the machine had it instead. */
  readonly stolen: number
}

/** The hierarchy in which processor time is given out: where it is mounted, and which of its folders is shown there. */
export interface CgroupMount {
  readonly version: 1 | 2
  readonly root: string
  readonly point: string
}

/** Of one group, since it was made. */
export interface GroupTimes {
  readonly throttledMs: number
  /** Null where it is counted elsewhere: version 1 may have it in another hierarchy. */
  readonly usedMs: number | null
}

/** USER_HZ: fixed at 100 in what Linux tells programs, whatever the kernel's own timer does. */
export const MS_PER_TICK = 10

/** user nice system idle iowait irq softirq steal; guests' time is part of user and nice already. */
export function modeTimesOf(procStat: string): ModeTimes | null {
  const figures = (/^cpu +(.*)$/m.exec(procStat)?.[1] ?? '').split(' ').slice(0, 8).map(Number)
  const [user, nice, system, idle, iowait, irq, softirq, steal] = figures
  if (figures.some(Number.isNaN) || steal === undefined) return null
  const known = (ticks: number | undefined): number => ticks ?? 0
  return {
    user: known(user),
    nice: known(nice),
    system: known(system),
    idle: known(idle),
    iowait: known(iowait),
    interrupt: known(irq) + known(softirq),
    steal,
  }
}

export function hostTimesOf(procStat: string): HostTimes | null {
  const times = modeTimesOf(procStat)
  if (times === null) return null
  const { user, nice, system, interrupt, steal } = times
  return { running: user + nice + system + interrupt, stolen: steal }
}

/** Time on processors of all threads of a process, from /proc/PID/stat. */
export function processorMsOf(procPidStat: string): number | null {
  // Field 14 and 15 of the line, counted from 1; the name, field 2, may itself hold spaces and parentheses.
  const fields = procPidStat.slice(procPidStat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[14 - 3]) + Number(fields[15 - 3])
  return Number.isNaN(ticks) ? null : ticks * MS_PER_TICK
}

/** From /proc/self/mountinfo. Where both versions are there, the processor belongs to version 1. */
export function cgroupMountOf(mountInfo: string): CgroupMount | null {
  const mounts = mountInfo.split('\n').flatMap((line): readonly CgroupMount[] => {
    const [before = '', after = ''] = line.split(' - ')
    const [, , , root, point] = before.split(' ').map(unescaped)
    const [type, , options = ''] = after.split(' ')
    if (root === undefined || point === undefined) return []
    if (type === 'cgroup2') return [{ version: 2, root, point }]
    return type === 'cgroup' && options.split(',').includes('cpu') ? [{ version: 1, root, point }] : []
  })
  return mounts.find(({ version }) => version === 1) ?? mounts[0] ?? null
}

/** Spaces and the like stand as octal numbers in mountinfo. */
const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** The group's folder and those above it, as far as they are shown here: a quota of any of them counts. */
export function groupFolders(
  procPidCgroup: string,
  { version, root, point }: CgroupMount,
): readonly string[] {
  const path = pathOf(procPidCgroup, version)
  const top = root === '/' ? '' : root
  if (path === null || path.includes('/..') || !(path === root || path.startsWith(`${top}/`))) return []
  const names = path
    .slice(top.length)
    .split('/')
    .filter((name) => name !== '')
  return [point, ...names.map((_, depth) => [point, ...names.slice(0, depth + 1)].join('/'))].toReversed()
}

/** Lines are `number:controllers:path`; version 2 has the number 0 and names no controllers. */
function pathOf(procPidCgroup: string, version: 1 | 2): string | null {
  for (const line of procPidCgroup.split('\n')) {
    const [, number, controllers, path] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? []
    const isMeant = version === 2 ? number === '0' : (controllers ?? '').split(',').includes('cpu')
    if (isMeant && path !== undefined) return path
  }
  return null
}

/** Of version 2 from cpu.max: `max 100000` is none. Of version 1 from cpu.cfs_quota_us: a negative one is none. */
export const hasQuota = (text: string): boolean => Number.parseInt(text, 10) > 0

/** From cpu.stat of either version; `cpuacctUsage` is version 1's own file for what was used. */
export function groupTimesOf(cpuStat: string, cpuacctUsage: string | null): GroupTimes | null {
  const throttledUs = figureOf(cpuStat, 'throttled_usec')
  const throttledNs = figureOf(cpuStat, 'throttled_time')
  const throttledMs =
    throttledUs === null ? (throttledNs === null ? null : throttledNs / 1e6) : throttledUs / 1e3
  if (throttledMs === null) return null
  const usedUs = figureOf(cpuStat, 'usage_usec')
  const usedNs = Number.parseInt(cpuacctUsage ?? '', 10)
  const usedMs = usedUs === null ? (Number.isNaN(usedNs) ? null : usedNs / 1e6) : usedUs / 1e3
  return { throttledMs, usedMs }
}

/** What stands after the name at the beginning of a line. */
export function figureOf(text: string, name: string): number | null {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `))
  const figure = Number(line?.slice(name.length + 1))
  return line === undefined || Number.isNaN(figure) ? null : figure
}
