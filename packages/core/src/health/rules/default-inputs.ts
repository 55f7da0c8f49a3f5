/**
 * What is kept of readings that no rule asks for, so that one source of any kind gives as many of the eight metrics as
 * it can (H1.16): whether probes were answered, how busy the processors and each disk of a host were, and what clients
 * answered when they were asked, and what an experiment found that an instance can do.
 */
import type { JoinedReading, Series } from '../series/index.ts'
import type { Coverage } from './coverage.ts'
import { tallyReadings, type InputTally } from './input-tally.ts'
import type { Statistic } from './rule.ts'

/** Names begin so; rules' own inputs have other names. */
export const DEFAULT = {
  up: 'default up',
  probeTime: 'default probe time',
  answers: 'default answers',
  score: 'default score',
  /** Of one instance, as an experiment found it. */
  capacity: 'default capacity',
  /** One for the processors, and one for each disk. */
  busy: 'default busy ',
  /** The same, where what is told is how long they were idle. */
  idle: 'default idle ',
} as const

interface DefaultInput {
  readonly name: string
  readonly statistic: Statistic
}

const MEAN: Statistic = { of: 'mean' }
const SUM: Statistic = { of: 'sum' }
const WHOLE: Statistic = { of: 'distribution' }

const BY_NAME: Readonly<Record<string, DefaultInput>> = {
  'probe.up': { name: DEFAULT.up, statistic: MEAN },
  probe_success: { name: DEFAULT.up, statistic: MEAN },
  'plugin.up': { name: DEFAULT.up, statistic: MEAN },
  'probe.duration': { name: DEFAULT.probeTime, statistic: WHOLE },
  'benchmark.capacity': { name: DEFAULT.capacity, statistic: MEAN },
  'survey.answers': { name: DEFAULT.answers, statistic: SUM },
  'survey.score': { name: DEFAULT.score, statistic: SUM },
  'system.cpu.utilization': { name: `${DEFAULT.busy}cpu`, statistic: MEAN },
}

/** Null where nothing is kept of it unless a rule asks. */
export function defaultInputOf({ name, labels }: Pick<Series, 'name' | 'labels'>): DefaultInput | null {
  const known = BY_NAME[name]
  // Of one processor or one kind of work it says nothing of all of them.
  if (known !== undefined) return name.startsWith('system.') && hasAny(labels, PARTIAL) ? null : known
  if (name === 'node_cpu_seconds_total' && labels['mode'] === 'idle')
    return { name: `${DEFAULT.idle}cpu`, statistic: MEAN }
  const disk = diskOf(name, labels)
  return disk === null ? null : { name: `${DEFAULT.busy}${disk}`, statistic: MEAN }
}

const PARTIAL = ['cpu.mode', 'cpu.logical_number', 'state', 'cpu']
const hasAny = (labels: Series['labels'], names: readonly string[]): boolean =>
  names.some((name) => name in labels)

/** Seconds of a second in which the disk did something: its utilisation. */
function diskOf(name: string, labels: Series['labels']): string | null {
  if (name === 'system.disk.io_time') return labels['system.device'] ?? null
  return name === 'node_disk_io_time_seconds_total' ? (labels['device'] ?? null) : null
}

/** A host has few disks; a source that names ever new ones is not believed. */
const MAX_INPUTS = 64

export function defaultInputs(
  readings: readonly JoinedReading[],
  coverage: Coverage,
): Readonly<Record<string, InputTally>> {
  const groups = new Map<string, { readonly statistic: Statistic; readonly of: JoinedReading[] }>()
  for (const reading of readings) {
    const input = defaultInputOf(reading.series)
    if (input === null) continue
    const group = groups.get(input.name)
    if (group !== undefined) group.of.push(reading)
    else if (groups.size < MAX_INPUTS) groups.set(input.name, { statistic: input.statistic, of: [reading] })
  }
  return Object.fromEntries(
    [...groups].map(([name, { statistic, of }]) => [
      name,
      tallyReadings(of, statistic, (from, to) => coverage.newMs(name, from, to)),
    ]),
  )
}
