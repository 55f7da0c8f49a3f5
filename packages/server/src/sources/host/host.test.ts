// Goal: a machine, a group of either version and the processes of instances are told under the names that others know,
// and nothing is counted twice. Method: directories that stand for the machine, with files as kernels write them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HostReads, SourceInstance } from '../source.ts'
import { after, named, sourceBench, type SourceBench } from '../testing/source-bench.ts'
import { openHost } from './open-host.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'holdfast-host-'))
})

afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

const pressure = (some: number, full: number): string =>
  `some avg10=0.00 avg60=0.00 avg300=0.00 total=${some}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=${full}\n`

const machine = (times: number): Record<string, string> => ({
  'proc/stat': `cpu  ${100 * times} 0 ${100 * times} ${200 * times} 0 0 0 0 0 0\ncpu0 1 0 1 2 0 0 0 0 0 0\ncpu1 1 0 1 2 0 0 0 0 0 0\n`,
  'proc/meminfo': 'MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 750 kB\n',
  'proc/loadavg': '0.50 0.40 0.30 1/100 4711\n',
  'proc/diskstats': `8 0 sda 1 0 ${10 * times} 0 1 0 ${20 * times} 0 0 ${500 * times} 0\n8 1 sda1 1 0 10 0 1 0 20 0 0 500 0\n253 0 dm-0 1 0 10 0 1 0 20 0 0 500 0\n`,
  'proc/net/dev': `a\nb\n  eth0: ${1_000 * times} 0 0 0 0 0 0 0 ${3_000 * times} 0 0 0 0 0 0 0\n`,
  'proc/pressure/cpu': pressure(1_000_000 * times, 0),
  'proc/pressure/io': pressure(3_000_000 * times, 2_000_000 * times),
})

/** What two rounds, ten seconds apart, came to: gauges as they are, counters by what they grew. */
async function told(
  reads: HostReads,
  between: () => void,
  instances: readonly SourceInstance[] = [],
): Promise<{ readonly figures: Record<string, number>; readonly bench: SourceBench }> {
  const bench = sourceBench({ kind: 'host', host: reads })
  bench.instances = instances
  await using source = openHost(reads, bench.given, root)
  await bench.round(source, after(0))
  bench.drained(after(0))
  between()
  await bench.round(source, after(10))
  const figures: Record<string, number> = {}
  for (const { series, last, sum } of bench.drained(after(10))) {
    const labels = Object.entries(series.labels).map(([label, value]) => `${label}=${value}`)
    const whom = series.about.instance === null ? '' : `${series.about.instance} `
    figures[`${whom}${series.name}${labels.length === 0 ? '' : `{${labels.join(',')}}`} ${series.unit}`] =
      series.kind === 'gauge' ? last : sum
  }
  return { figures, bench }
}

describe('the whole host', () => {
  it('is told with its processors, memory, disks, network and pressure', async () => {
    write(machine(1))
    const { figures, bench } = await told({ cgroup: null, instances: false }, () => write(machine(2)))
    expect(figures).toEqual({
      'system.cpu.logical.count {cpu}': 2,
      'system.cpu.utilization 1': 0.5,
      'system.cpu.time{cpu.mode=user} s': 1,
      'system.cpu.time{cpu.mode=nice} s': 0,
      'system.cpu.time{cpu.mode=system} s': 1,
      'system.cpu.time{cpu.mode=idle} s': 2,
      'system.cpu.time{cpu.mode=iowait} s': 0,
      'system.cpu.time{cpu.mode=interrupt} s': 0,
      'system.cpu.time{cpu.mode=steal} s': 0,
      'system.cpu.load_average.1m {thread}': 0.5,
      'system.memory.usage By': 250 * 1_024,
      'system.memory.utilization 1': 0.25,
      'system.disk.io_time{system.device=sda} s': 0.5,
      'system.disk.io{disk.io.direction=read,system.device=sda} By': 5_120,
      'system.disk.io{disk.io.direction=write,system.device=sda} By': 10_240,
      'system.network.io{network.interface.name=eth0,network.io.direction=receive} By': 1_000,
      'system.network.io{network.interface.name=eth0,network.io.direction=transmit} By': 3_000,
      'holdfast.pressure.stalled{kind=some,resource=cpu} s': 1,
      'holdfast.pressure.stalled{kind=full,resource=cpu} s': 0,
      'holdfast.pressure.stalled{kind=some,resource=io} s': 3,
      'holdfast.pressure.stalled{kind=full,resource=io} s': 2,
    })
    expect(bench.table.faults()).toEqual({})
  })

  it('that is no Linux is refused in words', async () => {
    await expect(told({ cgroup: null, instances: false }, () => undefined)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('only Linux does'),
    })
  })
})

describe('a cgroup', () => {
  const reads: HostReads = { cgroup: 'system.slice/shop.service', instances: false }
  const expected = {
    'container.cpu.time s': 2,
    'container.cpu.throttled.time s': 0.5,
    'container.memory.usage By': 4_096,
    'container.disk.io{disk.io.direction=read,system.device=sda} By': 100,
    'container.disk.io{disk.io.direction=write,system.device=sda} By': 200,
  }

  it('of version 2 is told, with its own pressure and its disks once', async () => {
    const group = 'sys/fs/cgroup/system.slice/shop.service'
    const at = (times: number): Record<string, string> => ({
      'sys/fs/cgroup/cgroup.controllers': 'cpu io memory\n',
      'proc/diskstats': machine(1)['proc/diskstats'] ?? '',
      [`${group}/cpu.stat`]: `usage_usec ${2_000_000 * times}\nuser_usec 1\nthrottled_usec ${500_000 * times}\n`,
      [`${group}/memory.current`]: '4096\n',
      [`${group}/io.stat`]: `8:0 rbytes=${100 * times} wbytes=${200 * times} rios=1\n253:0 rbytes=${100 * times} wbytes=1\n`,
      [`${group}/memory.pressure`]: pressure(700_000 * times, 300_000 * times),
    })
    write(at(1))
    const { figures } = await told(reads, () => write(at(2)))
    expect(figures).toEqual({
      ...expected,
      'holdfast.pressure.stalled{kind=some,resource=memory} s': 0.7,
      'holdfast.pressure.stalled{kind=full,resource=memory} s': 0.3,
    })
  })

  it.each([
    ['together', 'cpu,cpuacct', 'cpu,cpuacct'],
    ['each on its own', 'cpu', 'cpuacct'],
  ])('of version 1 is told, with its controllers %s', async (_, cpu, account) => {
    const file = (controller: string, name: string): string =>
      `sys/fs/cgroup/${controller}/system.slice/shop.service/${name}`
    const at = (times: number): Record<string, string> => ({
      'proc/diskstats': machine(1)['proc/diskstats'] ?? '',
      [file(account, 'cpuacct.usage')]: `${2_000_000_000 * times}\n`,
      [file(cpu, 'cpu.stat')]: `nr_periods 1\nnr_throttled 1\nthrottled_time ${500_000_000 * times}\n`,
      [file('memory', 'memory.usage_in_bytes')]: '4096\n',
      [file('blkio', 'blkio.throttle.io_service_bytes')]:
        `8:0 Read ${100 * times}\n8:0 Write ${200 * times}\n253:0 Read 1\nTotal ${300 * times}\n`,
    })
    write(at(1))
    expect((await told(reads, () => write(at(2)))).figures).toEqual(expected)
  })

  it('that is not there is said to be missing, and one elsewhere is never read', async () => {
    write(machine(1))
    await expect(told(reads, () => undefined)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('There is no cgroup system.slice/shop.service'),
    })
    await expect(told({ cgroup: '../../proc', instances: false }, () => undefined)).rejects.toMatchObject({
      kind: 'failed',
    })
  })
})

describe('instances', () => {
  const process = (
    pid: number,
    parent: number,
    session: number,
    ticks: number,
    started = 5,
  ): Record<string, string> => ({
    [`proc/${pid}/stat`]: `${pid} (shop) S ${parent} ${session} ${session} 0 -1 0 1 2 3 4 ${ticks} 0 0 0 20 0 1 0 ${started} 1 1\n`,
    [`proc/${pid}/status`]: 'Name:\tshop\nVmRSS:\t    4 kB\n',
    [`proc/${pid}/io`]: `rchar: 1\nread_bytes: ${ticks}\nwrite_bytes: ${ticks * 2}\n`,
  })
  const instance = (id: string, part: string, pid: number | null): SourceInstance => ({
    id: named(id),
    part: named(part),
    address: null,
    pid,
  })
  const all = [
    instance('shop-web-1', 'web', 10),
    instance('shop-web-2', 'web', null),
    instance('shop-web-3', 'web', 99),
    instance('shop-data-1', 'data', 20),
  ]

  it('of the part are told by their processes and all that these started', async () => {
    write({
      ...machine(1),
      ...process(10, 1, 10, 100),
      ...process(11, 10, 10, 100),
      ...process(20, 1, 20, 100),
    })
    const { figures } = await told(
      { cgroup: null, instances: true },
      () => write({ ...process(10, 1, 10, 200), ...process(11, 10, 10, 300) }),
      all,
    )
    const ofInstances = Object.entries(figures).filter(([name]) => name.includes('process.'))
    expect(Object.fromEntries(ofInstances)).toEqual({
      'shop-web-1 process.cpu.time s': 3,
      'shop-web-1 process.memory.usage By': 8_192,
      'shop-web-1 process.disk.io{disk.io.direction=read} By': 300,
      'shop-web-1 process.disk.io{disk.io.direction=write} By': 600,
    })
    expect(figures['system.cpu.logical.count {cpu}']).toBe(2)
  })

  it('do not use less when a process of theirs ends, and are told on when they are started again', async () => {
    write({ ...machine(1), ...process(10, 1, 10, 100), ...process(11, 10, 10, 900) })
    const ended = await told(
      { cgroup: null, instances: true },
      () => {
        rmSync(join(root, 'proc/11'), { recursive: true })
        write(process(10, 1, 10, 150))
      },
      all,
    )
    expect(ended.figures['shop-web-1 process.cpu.time s']).toBe(0)
    const again = await told({ cgroup: null, instances: true }, () => write(process(10, 1, 10, 30, 6)), all)
    expect(again.figures['shop-web-1 process.cpu.time s']).toBeCloseTo(0.3, 9)
  })
})
