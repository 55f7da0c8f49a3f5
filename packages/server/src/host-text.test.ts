// What Linux says of time and quotas, as recorded on machines with either version of cgroups, in and out of
// containers. Goal: the right figure is found, and where none is there, none is made up.
import { describe, expect, it } from 'vitest'
import {
  cgroupMountOf,
  groupFolders,
  groupTimesOf,
  hasQuota,
  hostTimesOf,
  modeTimesOf,
  processorMsOf,
} from './host-text.ts'

const PROC_STAT = `cpu  1467427 56279 229515 1884402 3075 0 9665 2306 0 0
cpu0 732043 26295 112704 948322 618 0 5569 1149 0 0
cpu1 735384 29984 116811 936080 2457 0 4096 1157 0 0
intr 48205111 0 0
ctxt 91204417
`

const VERSION_1 = `23 1 254:0 / / rw,relatime - ext4 /dev/root rw
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset
33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,relatime shared:10 - cgroup cgroup rw,cpu,cpuacct
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`

const VERSION_2 = `24 29 0:22 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw
35 25 0:30 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
`

/** A container of version 1 without a namespace of its own: its group is shown as the top. */
const CONTAINER_1 =
  '612 605 0:30 /docker/4f1d /sys/fs/cgroup/cpu,cpuacct ro,nosuid - cgroup cgroup rw,cpu,cpuacct\n'

const STAT_1 = 'nr_periods 4211\nnr_throttled 120\nthrottled_time 8421000000\nnr_bursts 0\nburst_time 0\n'
const STAT_2 = `usage_usec 91284000
user_usec 60000000
system_usec 31284000
nr_periods 4211
nr_throttled 120
throttled_usec 8421000
nr_bursts 0
burst_usec 0
`

describe('times', () => {
  it('of the machine tell what ran from what was stolen', () => {
    expect(hostTimesOf(PROC_STAT)).toEqual({ running: 1_467_427 + 56_279 + 229_515 + 9_665, stolen: 2_306 })
  })

  it('of the machine are told by mode, with both kinds of interrupts together', () => {
    expect(modeTimesOf('cpu  1 2 3 4 5 6 7 8 9 9\n')).toEqual({
      user: 1,
      nice: 2,
      system: 3,
      idle: 4,
      iowait: 5,
      interrupt: 13,
      steal: 8,
    })
    expect(modeTimesOf('cpu  1 2 x 4 5 6 7 8\n')).toBeNull()
  })

  it('of the machine are unknown to a kernel that counts nothing stolen, and elsewhere', () => {
    expect(hostTimesOf('cpu  1 2 3 4 5 6 7\n')).toBeNull()
    expect(hostTimesOf('')).toBeNull()
  })

  it('of a process are those in its own name and in the kernel, whatever it calls itself', () => {
    const rest = '9 9 9 0 -1 4194304 1 2 3 4 150 25 7 7 20 0 11 0 5121 1000 200'
    expect(processorMsOf(`4711 (node) S ${rest}`)).toBe(1_750)
    expect(processorMsOf(`4711 (a) b (c) S ${rest}`)).toBe(1_750)
    expect(processorMsOf('')).toBeNull()
  })

  it('of a group are found in either version', () => {
    expect(groupTimesOf(STAT_1, null)).toEqual({ throttledMs: 8_421, usedMs: null })
    expect(groupTimesOf(STAT_1, '91284000000\n')).toEqual({ throttledMs: 8_421, usedMs: 91_284 })
    expect(groupTimesOf(STAT_2, null)).toEqual({ throttledMs: 8_421, usedMs: 91_284 })
  })

  it('of a group without the processor’s controller are unknown', () => {
    expect(groupTimesOf('usage_usec 91284000\nuser_usec 1\nsystem_usec 2\n', null)).toBeNull()
  })
})

describe('a quota', () => {
  it('is a number of either version', () => {
    expect([hasQuota('50000 100000\n'), hasQuota('50000\n')]).toEqual([true, true])
    expect([hasQuota('max 100000\n'), hasQuota('-1\n'), hasQuota('')]).toEqual([false, false, false])
  })
})

describe('groups', () => {
  it('are in the hierarchy that gives out processor time', () => {
    expect(cgroupMountOf(VERSION_1)).toEqual({ version: 1, root: '/', point: '/sys/fs/cgroup/cpu,cpuacct' })
    expect(cgroupMountOf(VERSION_2)).toEqual({ version: 2, root: '/', point: '/sys/fs/cgroup' })
    expect(cgroupMountOf(String.raw`1 2 0:1 / /a\040b rw - cgroup2 x rw`)?.point).toBe('/a b')
    expect(cgroupMountOf('23 1 254:0 / / rw,relatime - ext4 /dev/root rw\n')).toBeNull()
  })

  it('have folders from their own up to what is mounted', () => {
    const mount = { version: 2, root: '/', point: '/sys/fs/cgroup' } as const
    expect(groupFolders('0::/system.slice/holdfast.service\n', mount)).toEqual([
      '/sys/fs/cgroup/system.slice/holdfast.service',
      '/sys/fs/cgroup/system.slice',
      '/sys/fs/cgroup',
    ])
    expect(groupFolders('0::/\n', mount)).toEqual(['/sys/fs/cgroup'])
  })

  it('of version 1 are those of the processor', () => {
    const text = '9:name=systemd:/x\n4:memory:/y\n3:cpuset:/z\n2:cpu,cpuacct:/user.slice\n0::/w\n'
    expect(groupFolders(text, { version: 1, root: '/', point: '/sys/fs/cgroup/cpu' })).toEqual([
      '/sys/fs/cgroup/cpu/user.slice',
      '/sys/fs/cgroup/cpu',
    ])
  })

  it('of a container are those that it is shown', () => {
    const mount = cgroupMountOf(CONTAINER_1)
    if (mount === null) throw new Error('it is mounted')
    const folders = (path: string) => groupFolders(`2:cpu,cpuacct:${path}\n`, mount)
    expect(folders('/docker/4f1d')).toEqual(['/sys/fs/cgroup/cpu,cpuacct'])
    expect(folders('/docker/4f1d/a')).toEqual(['/sys/fs/cgroup/cpu,cpuacct/a', '/sys/fs/cgroup/cpu,cpuacct'])
    expect(folders('/docker/4f1d-other')).toEqual([])
    expect(groupFolders('0::/../outside\n', { version: 2, root: '/', point: '/sys/fs/cgroup' })).toEqual([])
  })
})
