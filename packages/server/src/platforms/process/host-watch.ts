/**
 * Says what processes got of this machine since it was last asked: the share of the time for which a quota, or
 * what runs beside the machine, kept each of them from running (A3.14). Files of the kernel's own memory alone
 * are read: those of the machine and of a group once for all processes, two small ones for each.
 *
 * What holds up a machine or a group holds up who wants to run, and no one who is idle. So of the time that was
 * lost each process has the part that it has of the time that was used.
 */
import type { HostFigures } from '@holdfast/core/health'
import type { EpochMs, InstanceId } from '@holdfast/core/units'
import {
  cgroupMountOf,
  groupFolders,
  groupTimesOf,
  hasQuota,
  hostTimesOf,
  processorMsOf,
  type GroupTimes,
  type HostTimes,
} from '../../host-text.ts'
import type { ProcessIdentity } from './process-identity.ts'

export interface WatchedProcess extends ProcessIdentity {
  readonly instance: InstanceId
}

export interface HostWatch {
  /** Shares are null for what was not there the last time; empty where the system tells nothing of this. */
  look(processes: readonly WatchedProcess[], now: EpochMs): ReadonlyMap<InstanceId, HostFigures>
}

export interface HostWatchOptions {
  readonly host: string
  /** Null when there is no such file, or no longer. */
  readonly read: (path: string) => string | null
}

interface Look {
  readonly at: EpochMs
  readonly host: HostTimes
  readonly processes: ReadonlyMap<InstanceId, SeenProcess>
  /** By folder; of groups with a quota only. */
  readonly groups: ReadonlyMap<string, GroupTimes>
}

interface SeenProcess {
  readonly identity: ProcessIdentity
  readonly processorMs: number
  readonly folders: readonly string[]
}

export function createHostWatch({ host, read }: HostWatchOptions): HostWatch {
  const mountInfo = read('/proc/self/mountinfo')
  const mount = mountInfo === null ? null : cgroupMountOf(mountInfo)
  const quotaFile = mount?.version === 1 ? 'cpu.cfs_quota_us' : 'cpu.max'
  let before: Look | null = null

  function seen({ pid, started, instance }: WatchedProcess): readonly [InstanceId, SeenProcess][] {
    const processorMs = read(`/proc/${pid}/stat`)
    const ms = processorMs === null ? null : processorMsOf(processorMs)
    if (ms === null) return []
    const known = before?.processes.get(instance)
    const isKnown = known?.identity.pid === pid && known.identity.started === started
    // Nobody is moved to another group but at the very beginning, which the first look comes after.
    const folders = isKnown ? known.folders : foldersOf(pid)
    return [[instance, { identity: { pid, started }, processorMs: ms, folders }]]
  }

  function foldersOf(pid: number): readonly string[] {
    const text = mount === null ? null : read(`/proc/${pid}/cgroup`)
    return mount === null || text === null ? [] : groupFolders(text, mount)
  }

  function groupAt(folder: string): readonly [string, GroupTimes][] {
    const quota = read(`${folder}/${quotaFile}`)
    if (quota === null || !hasQuota(quota)) return []
    const stat = read(`${folder}/cpu.stat`)
    const times = stat === null ? null : groupTimesOf(stat, read(`${folder}/cpuacct.usage`))
    return times === null ? [] : [[folder, times]]
  }

  return {
    look(processes, at) {
      const stat = read('/proc/stat')
      const times = stat === null ? null : hostTimesOf(stat)
      if (times === null) return new Map()
      const found = new Map(processes.flatMap(seen))
      const folders = new Set([...found.values()].flatMap((one) => one.folders))
      const now: Look = { at, host: times, processes: found, groups: new Map([...folders].flatMap(groupAt)) }
      const figures = new Map<InstanceId, HostFigures>()
      for (const instance of found.keys())
        figures.set(instance, { host, ...sharesOf(instance, { before, now }) })
      before = now
      return figures
    },
  }
}

interface Looks {
  readonly before: Look | null
  readonly now: Look
}

const unknownShares = { throttledShare: null, stealShare: null } as const

function sharesOf(instance: InstanceId, { before, now }: Looks): Omit<HostFigures, 'host'> {
  const ranMs = before === null ? null : ranBetween(instance, before, now)
  if (before === null || ranMs === null || now.at <= before.at) return unknownShares
  const spanMs = now.at - before.at
  const folders = now.processes.get(instance)?.folders ?? []
  const throttled = folders.flatMap((folder) => throttledMsOf(folder, ranMs, { before, now }) ?? [])
  return {
    // A group within a group waits for the one that is held up most.
    throttledShare: throttled.length === 0 ? null : share(Math.max(...throttled), spanMs),
    stealShare: share(stolenOf(ranMs, before.host, now.host), spanMs),
  }
}

function ranBetween(instance: InstanceId, before: Look, now: Look): number | null {
  const [then, present] = [before.processes.get(instance), now.processes.get(instance)]
  if (then === undefined || present === undefined) return null
  const { pid, started } = present.identity
  const isSame = then.identity.pid === pid && then.identity.started === started
  return isSame ? Math.max(0, present.processorMs - then.processorMs) : null
}

function stolenOf(ranMs: number, before: HostTimes, now: HostTimes): number {
  const running = now.running - before.running
  return running <= 0 ? 0 : (ranMs * Math.max(0, now.stolen - before.stolen)) / running
}

/** Null where the group has no quota, or had none the last time. */
function throttledMsOf(
  folder: string,
  ranMs: number,
  { before, now }: { before: Look; now: Look },
): number | null {
  const [then, present] = [before.groups.get(folder), now.groups.get(folder)]
  if (then === undefined || present === undefined) return null
  const usedMs =
    present.usedMs === null || then.usedMs === null
      ? ranWithin(folder, before, now)
      : Math.max(ranMs, present.usedMs - then.usedMs)
  return usedMs <= 0 ? 0 : ((present.throttledMs - then.throttledMs) * ranMs) / usedMs
}

/** Where the group's use is not told: that of the processes in it that are known. */
const ranWithin = (folder: string, before: Look, now: Look): number =>
  [...now.processes].reduce(
    (sum, [instance, { folders }]) =>
      folders.includes(folder) ? sum + (ranBetween(instance, before, now) ?? 0) : sum,
    0,
  )

/** Records hold these for each tick and instance: more digits say nothing and take room. */
const share = (ms: number, spanMs: number): number => Math.round(Math.min(1, ms / spanMs) * 10_000) / 10_000
