/** Tells of the whole machine, under the names of OpenTelemetry. */
import { modeTimesOf, MS_PER_TICK, type ModeTimes } from '../../host-text.ts'
import type { Telling } from '../telling.ts'
import type { Files } from './files.ts'
import {
  disksOf,
  loadOf,
  memoryOf,
  networksOf,
  pressuresOf,
  processorsOf,
  type DiskFigures,
} from './machine-text.ts'

/** More of a kind no machine has; the rest is left out. */
const MAX_DEVICES = 64

const RESOURCES = ['cpu', 'memory', 'io'] as const

const TICKS_A_SECOND = 1_000 / MS_PER_TICK

/** Gives what processors did so far, for the next time; null where the machine does not say. */
export async function tellMachine(
  files: Files,
  telling: Telling,
  before: ModeTimes | null,
): Promise<ModeTimes | null> {
  const stat = await files.read('proc/stat')
  if (stat === null) return null
  const times = modeTimesOf(stat)
  telling.gauge('system.cpu.logical.count', processorsOf(stat), '{cpu}')
  if (times !== null) tellProcessors(telling, times, before)
  tellMemory(telling, (await files.read('proc/meminfo')) ?? '')
  const load = loadOf((await files.read('proc/loadavg')) ?? '')
  if (load !== null) telling.gauge('system.cpu.load_average.1m', load, '{thread}')
  for (const disk of disksOf((await files.read('proc/diskstats')) ?? '').slice(0, MAX_DEVICES))
    tellDisk(telling, disk)
  for (const { name, receivedBytes, sentBytes } of networksOf((await files.read('proc/net/dev')) ?? '').slice(
    0,
    MAX_DEVICES,
  ))
    for (const [direction, bytes] of [
      ['receive', receivedBytes],
      ['transmit', sentBytes],
    ] as const)
      telling.counter('system.network.io', bytes, 'By', {
        'network.interface.name': name,
        'network.io.direction': direction,
      })
  await tellPressure(telling, (resource) => files.read(`proc/pressure/${resource}`))
  return times
}

/** Of the machine or of a group: how long work was held up. */
export async function tellPressure(
  telling: Telling,
  read: (resource: string) => Promise<string | null>,
): Promise<void> {
  for (const resource of RESOURCES)
    for (const { kind, stalledMs } of pressuresOf((await read(resource)) ?? ''))
      telling.counter('holdfast.pressure.stalled', stalledMs / 1e3, 's', { resource, kind })
}

function tellProcessors(telling: Telling, times: ModeTimes, before: ModeTimes | null): void {
  for (const [mode, ticks] of Object.entries(times) as [string, number][])
    telling.counter('system.cpu.time', ticks / TICKS_A_SECOND, 's', { 'cpu.mode': mode })
  const utilization = before === null ? null : utilizationBetween(before, times)
  if (utilization !== null) telling.gauge('system.cpu.utilization', utilization, '1')
}

/** What was stolen could not be had: to whoever runs here the processors were taken. */
export function utilizationBetween(before: ModeTimes, now: ModeTimes): number | null {
  const total = totalOf(now) - totalOf(before)
  const idle = now.idle + now.iowait - before.idle - before.iowait
  // The kernel's count of waiting for disks may go back a little.
  return total <= 0 ? null : Math.min(1, Math.max(0, 1 - idle / total))
}

const totalOf = ({ user, nice, system, idle, iowait, interrupt, steal }: ModeTimes): number =>
  user + nice + system + idle + iowait + interrupt + steal

function tellMemory(telling: Telling, meminfo: string): void {
  const memory = memoryOf(meminfo)
  if (memory === null) return
  telling.gauge('system.memory.usage', memory.usedBytes, 'By')
  telling.gauge('system.memory.utilization', memory.usedBytes / memory.totalBytes, '1')
}

function tellDisk(telling: Telling, { name, busyMs, readBytes, writtenBytes }: DiskFigures): void {
  const device = { 'system.device': name }
  telling.counter('system.disk.io_time', busyMs / 1e3, 's', device)
  telling.counter('system.disk.io', readBytes, 'By', { ...device, 'disk.io.direction': 'read' })
  telling.counter('system.disk.io', writtenBytes, 'By', { ...device, 'disk.io.direction': 'write' })
}
