// What instances got of their machine. Goal: what held up a group or the machine is told of those who ran, in
// proportion, and of nobody for whom it is not known. Method: the kernel's files, written by the test.
import { beforeEach, expect, it } from 'vitest'
import { branded, epochMs, type InstanceId } from '@holdfast/core/units'
import { createHostWatch, type HostWatch, type WatchedProcess } from './host-watch.ts'

const GROUP = '/sys/fs/cgroup/service'
const one: WatchedProcess = { instance: branded<InstanceId>('shop-web-1-1'), pid: 11, started: 'a' }
const other: WatchedProcess = { instance: branded<InstanceId>('shop-web-1-2'), pid: 12, started: 'b' }

let files: Map<string, string>
let reads: string[]
let watch: HostWatch

const hostTimes = (running: number, stolen: number): string => `cpu  ${running} 0 0 900 0 0 0 ${stolen} 0 0\n`
const processTicks = (ticks: number): string => `1 (node) S 1 1 1 0 -1 0 0 0 0 0 ${ticks} 0 0 0\n`
const groupStat = (usedMs: number, throttledMs: number): string =>
  `usage_usec ${usedMs * 1_000}\nthrottled_usec ${throttledMs * 1_000}\n`

const set = (changes: Readonly<Record<string, string>>): void => {
  for (const [path, text] of Object.entries(changes)) files.set(path, text)
}
const look = (second: number, processes: readonly WatchedProcess[] = [one]) =>
  Object.fromEntries(watch.look(processes, epochMs(second * 1_000)))

beforeEach(() => {
  reads = []
  files = new Map()
  set({
    '/proc/self/mountinfo': '35 25 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
    '/proc/stat': hostTimes(0, 0),
    '/proc/11/stat': processTicks(0),
    '/proc/11/cgroup': '0::/service\n',
    '/proc/12/stat': processTicks(0),
    '/proc/12/cgroup': '0::/service\n',
    [`${GROUP}/cpu.max`]: '50000 100000\n',
    [`${GROUP}/cpu.stat`]: groupStat(0, 0),
  })
  const read = (path: string): string | null => {
    reads.push(path)
    return files.get(path) ?? null
  }
  watch = createHostWatch({ host: 'machine', read })
})

it('knows no share at the first look, and the shares since then at the next one', () => {
  expect(look(0)).toEqual({ [one.instance]: { host: 'machine', throttledShare: null, stealShare: null } })
  // It ran for one second of the two; its group waited for half a second of it.
  set({ '/proc/11/stat': processTicks(100), [`${GROUP}/cpu.stat`]: groupStat(1_000, 500) })
  set({ '/proc/stat': hostTimes(400, 40) })
  expect(look(2)).toEqual({ [one.instance]: { host: 'machine', throttledShare: 0.25, stealShare: 0.05 } })
  set({ '/proc/stat': hostTimes(500, 40) })
  expect(look(4)).toEqual({ [one.instance]: { host: 'machine', throttledShare: 0, stealShare: 0 } })
})

it('shares out what a group and the machine lost by who ran', () => {
  look(0, [one, other])
  set({ '/proc/11/stat': processTicks(60), '/proc/12/stat': processTicks(20) })
  set({ [`${GROUP}/cpu.stat`]: groupStat(1_000, 500), '/proc/stat': hostTimes(200, 100) })
  expect(look(2, [one, other])).toMatchObject({
    [one.instance]: { throttledShare: 0.15, stealShare: 0.15 },
    [other.instance]: { throttledShare: 0.05, stealShare: 0.05 },
  })
})

it('says of an idle instance that nothing held it up', () => {
  look(0, [one, other])
  set({ '/proc/11/stat': processTicks(100), [`${GROUP}/cpu.stat`]: groupStat(1_000, 900) })
  set({ '/proc/stat': hostTimes(100, 100) })
  expect(look(2, [one, other])[other.instance]).toEqual({ host: 'machine', throttledShare: 0, stealShare: 0 })
})

it('knows no throttling without a quota, and takes the quota of a group above for one', () => {
  set({ [`${GROUP}/cpu.max`]: 'max 100000\n' })
  look(0)
  expect(look(2)[one.instance]?.throttledShare).toBeNull()
  set({ '/sys/fs/cgroup/cpu.max': '50000 100000\n', '/sys/fs/cgroup/cpu.stat': groupStat(0, 0) })
  look(4)
  set({ '/proc/11/stat': processTicks(50), '/sys/fs/cgroup/cpu.stat': groupStat(500, 1_000) })
  expect(look(6)[one.instance]?.throttledShare).toBe(0.5)
})

it('reads of version 1 what its processes used where the group does not say it', () => {
  const cpu = '/sys/fs/cgroup/cpu/service'
  set({
    '/proc/self/mountinfo': '35 25 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n',
    '/proc/11/cgroup': '1:cpu:/service\n',
    '/proc/12/cgroup': '1:cpu:/service\n',
    [`${cpu}/cpu.cfs_quota_us`]: '20000\n',
    [`${cpu}/cpu.stat`]: 'throttled_time 0\n',
  })
  watch = createHostWatch({ host: 'machine', read: (path) => files.get(path) ?? null })
  look(0, [one, other])
  set({ '/proc/11/stat': processTicks(30), '/proc/12/stat': processTicks(10) })
  set({ [`${cpu}/cpu.stat`]: 'throttled_time 1600000000\n' })
  expect(look(2, [one, other])).toMatchObject({
    [one.instance]: { throttledShare: 0.6 },
    [other.instance]: { throttledShare: 0.2 },
  })
})

it('compares a restarted instance with nothing that ran before', () => {
  set({ '/proc/11/stat': processTicks(500) })
  look(0)
  set({ '/proc/12/stat': processTicks(10) })
  expect(look(2, [{ ...other, instance: one.instance }])[one.instance]).toMatchObject({ stealShare: null })
})

it('leaves out what has ended, and all of them where the system does not tell', () => {
  look(0)
  files.delete('/proc/11/stat')
  expect(look(2)).toEqual({})
  files.clear()
  expect(look(4)).toEqual({})
})

it('reads the machine and each group once, however many instances there are', () => {
  look(0, [one, other])
  reads = []
  look(2, [one, other])
  expect(reads.toSorted()).toEqual(
    [
      '/proc/stat',
      '/proc/11/stat',
      '/proc/12/stat',
      `${GROUP}/cpu.max`,
      `${GROUP}/cpu.stat`,
      `${GROUP}/cpuacct.usage`,
      '/sys/fs/cgroup/cpu.max',
    ].toSorted(),
  )
})
