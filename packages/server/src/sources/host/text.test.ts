// Goal: the right figure is found in what the kernel says, none is made up, and none is counted twice. Method: files of
// machines with one disk and with many, and texts that no kernel would write.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ioServiceBytesOf, ioStatOf } from './group-text.ts'
import { createGrowth } from './growth.ts'
import { disksOf, loadOf, memoryOf, networksOf, pressuresOf, processorsOf } from './machine-text.ts'
import { processIoOf, processStatOf, residentBytesOf, type ProcessStat } from './process-text.ts'
import { membersOf } from './process-tree.ts'
import { utilizationBetween } from './tell-machine.ts'

const DISKSTATS = `   7       0 loop0 10 0 20 0 0 0 0 0 0 0 0 0 0 0 0 0 0
   1       0 ram0 0 0 0 0 0 0 0 0 0 0 0
 253       0 zram0 5 0 40 0 5 0 40 0 0 0 0
 252       0 dm-0 100 0 4096 10 10 0 8192 20 0 30 30
   9     127 md127 100 0 4096 10 10 0 8192 20 0 30 30
  11       0 sr0 0 0 0 0 0 0 0 0 0 0 0
   8       0 sda 23500 8084 2084586 10147 10863 102743 6732272 19891 0 5136 30414 5449 17 121632 365 257 10
   8       1 sda1 23400 8084 2084000 10147 10863 102743 6732272 19891 0 5136 30414
   8      16 sdb 1 0 8 0 0 0 0 0 0 7 0
 259       0 nvme0n1 10 0 80 0 10 0 160 0 0 250 0
 259       1 nvme0n1p1 10 0 80 0 10 0 160 0 0 250 0
 259       2 nvme0n1p12 10 0 80 0 10 0 160 0 0 250 0
 179       0 mmcblk0 1 0 2 0 1 0 2 0 0 3 0
 179       1 mmcblk0p1 1 0 2 0 1 0 2 0 0 3 0
 202       1 xvda1 1 0 2 0 1 0 2 0 0 3 0
`

describe('what the machine says', () => {
  it('of disks is told of disks alone: not of partitions beside them, nor of what is in memory or on top', () => {
    expect(disksOf(DISKSTATS).map(({ name }) => name)).toEqual(['sda', 'sdb', 'nvme0n1', 'mmcblk0', 'xvda1'])
    expect(disksOf(DISKSTATS)[0]).toEqual({
      number: '8:0',
      name: 'sda',
      readBytes: 2_084_586 * 512,
      writtenBytes: 6_732_272 * 512,
      busyMs: 5_136,
    })
    expect(disksOf('8 0 sda 1 2')).toEqual([])
  })

  it('of memory is what cannot be had without swapping', () => {
    const text = 'MemTotal:       1000 kB\nMemFree:        100 kB\nMemAvailable:   600 kB\n'
    expect(memoryOf(text)).toEqual({ totalBytes: 1_024_000, usedBytes: 400 * 1_024 })
    const old = 'MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 250 kB\n'
    expect(memoryOf(old)).toMatchObject({ usedBytes: 600 * 1_024 })
    expect(memoryOf('MemTotal: 1000 kB\n')).toBeNull()
  })

  it('of the network is told of each device but the loop and one end of what containers say', () => {
    const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
  eth0: 1331061709   30231    0    0    0     0          0         0  2508034   19159    0    0    0     0       0          0
veth1a:1 2 3 4 5 6 7 8 9 0 0 0 0 0 0 0
  eth1:17 2 3 4 5 6 7 8 19 0 0 0 0 0 0 0
`
    expect(networksOf(text)).toEqual([
      { name: 'eth0', receivedBytes: 1_331_061_709, sentBytes: 2_508_034 },
      { name: 'eth1', receivedBytes: 17, sentBytes: 19 },
    ])
  })

  it('of pressure is told in milliseconds, some of the work and all of it', () => {
    const text = `some avg10=78.41 avg60=68.47 avg300=30.76 total=184223726
full avg10=0.00 avg60=0.00 avg300=0.00 total=1500
`
    expect(pressuresOf(text)).toEqual([
      { kind: 'some', stalledMs: 184_223.726 },
      { kind: 'full', stalledMs: 1.5 },
    ])
  })

  it('of load and processors is what stands there', () => {
    expect(loadOf('0.52 0.58 0.59 3/602 8128\n')).toBe(0.52)
    expect(loadOf('')).toBeNull()
    expect(processorsOf('cpu  1 2\ncpu0 1 2\ncpu1 1 2\nintr 1\n')).toBe(2)
  })

  it('of processors is how much of them could not be had', () => {
    const none = { user: 0, nice: 0, system: 0, idle: 0, iowait: 0, interrupt: 0, steal: 0 }
    const later = { user: 10, nice: 5, system: 10, idle: 40, iowait: 10, interrupt: 5, steal: 20 }
    expect(utilizationBetween(none, later)).toBe(0.5)
    expect(utilizationBetween(later, later)).toBeNull()
    expect(utilizationBetween({ ...none, iowait: 90, idle: 0 }, { ...later, iowait: 10 })).toBe(1)
  })
})

describe('what a group says of disks', () => {
  it('is read in either version', () => {
    expect(ioStatOf('8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0\n8:16 \n7:0\n')).toEqual([
      { number: '8:0', readBytes: 1, writtenBytes: 2 },
    ])
    expect(
      ioServiceBytesOf('8:0 Read 1\n8:0 Write 2\n8:0 Sync 3\n8:0 Total 3\n8:16 Read 5\nTotal 8\n'),
    ).toEqual([
      { number: '8:0', readBytes: 1, writtenBytes: 2 },
      { number: '8:16', readBytes: 5, writtenBytes: 0 },
    ])
  })
})

const stat = (pid: number, parent: number, session = 1): ProcessStat => ({
  pid,
  parent,
  session,
  started: String(pid),
  processorMs: 10,
})

describe('a process', () => {
  it('has its time and that of children which it waited for, whatever it calls itself', () => {
    const rest = 'S 7 8 9 0 -1 4194304 1 2 3 4 150 25 7 8 20 0 11 0 5121 1000 200'
    for (const name of ['node', 'a) b (c', ')', ''])
      expect(processStatOf(`4711 (${name}) ${rest}`)).toEqual({
        pid: 4_711,
        parent: 7,
        session: 9,
        started: '5121',
        processorMs: 1_900,
      })
    expect(processStatOf('')).toBeNull()
    expect(processStatOf('4711 (node) S 7')).toBeNull()
  })

  it('has memory and disk traffic where it is told', () => {
    expect(residentBytesOf('Name:\tnode\nVmRSS:\t    2048 kB\n')).toBe(2_097_152)
    expect(residentBytesOf('Name:\tkthreadd\n')).toBeNull()
    expect(processIoOf('rchar: 9\nread_bytes: 4096\nwrite_bytes: 8192\n')).toEqual({
      readBytes: 4_096,
      writtenBytes: 8_192,
    })
    expect(processIoOf('')).toBeNull()
  })

  it('has descendants at any depth, those of its session whose parent has ended, and no others', () => {
    const all = [
      stat(10, 1, 10),
      stat(11, 10, 10),
      stat(12, 11, 12),
      stat(13, 1, 10),
      stat(14, 13, 14),
      stat(20, 1),
    ]
    expect(membersOf(10, all).map(({ pid }) => pid)).toEqual([10, 11, 13, 12, 14])
    expect(membersOf(11, all).map(({ pid }) => pid)).toEqual([11, 12])
    expect(membersOf(99, all)).toEqual([])
  })

  it('is a member once and in bounds, whatever descends from what', () => {
    const some = fc.array(fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)), { maxLength: 40 })
    fc.assert(
      fc.property(some, fc.nat(20), (rows, root) => {
        const members = membersOf(
          root,
          rows.map((row) => stat(...row)),
        )
        expect(new Set(members.map(({ pid }) => pid)).size).toBe(members.length)
      }),
    )
    const many = Array.from({ length: 5_000 }, (_, i) => stat(i + 2, 1))
    expect(membersOf(1, [stat(1, 0), ...many])).toHaveLength(1_000)
  })
})

describe('what processes grew by', () => {
  it('does not go back when one of them is gone, and goes on with another lead from nothing', () => {
    const growth = createGrowth()
    expect(growth.grown('a', '1', 100)).toBe(100)
    expect(growth.grown('a', '1', 150)).toBe(150)
    expect(growth.grown('a', '1', 90)).toBe(150)
    expect(growth.grown('a', '1', 95)).toBe(155)
    expect(growth.grown('a', '2', 20)).toBe(175)
    growth.keep((key) => key !== 'a')
    expect(growth.grown('a', '2', 20)).toBe(20)
  })
})

describe('any text', () => {
  const words = fc.constantFrom(
    'some',
    'full',
    'total=',
    'MemTotal:',
    'kB',
    'sda',
    'eth0:',
    '8:0',
    'Read',
    '(',
    ')',
    '\n',
    ' ',
    '-1',
    '9'.repeat(400),
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(words, fc.nat().map(String)), { maxLength: 60 }).map((all) => all.join(' ')),
  )

  it('is read by every reader to an end, and no figure is none', () => {
    fc.assert(
      fc.property(text, (written) => {
        const figures = [
          ...disksOf(written).flatMap((one) => [one.readBytes, one.writtenBytes, one.busyMs]),
          ...networksOf(written).flatMap((one) => [one.receivedBytes, one.sentBytes]),
          ...pressuresOf(written).map((one) => one.stalledMs),
          ...ioStatOf(written).flatMap((one) => [one.readBytes, one.writtenBytes]),
          ...ioServiceBytesOf(written).flatMap((one) => [one.readBytes, one.writtenBytes]),
          memoryOf(written)?.usedBytes,
          loadOf(written),
          residentBytesOf(written),
          processIoOf(written)?.readBytes,
          processStatOf(written)?.processorMs,
        ]
        expect(figures.filter((figure) => Number.isNaN(figure))).toEqual([])
      }),
    )
  })
})
