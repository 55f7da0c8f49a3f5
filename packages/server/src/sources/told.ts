/**
 * What sources told of a service since the last tick, as the loop looks at it: a measurement like the gateway's, where
 * any of them tells of operations, and what the inputs of rules and defaults came to. Pure.
 */
import {
  defaultInputs,
  operationsIn,
  timesOf,
  type ChooseName,
  type Coverage,
  type InputTally,
  overIn,
  type JoinedReading,
  type LevelCount,
  type OperationCount,
  type OperationsTold,
  type TallyInputs,
} from '@holdfast/core/health'
import { emptyDistribution } from '@holdfast/core/stats'
import {
  epochMs,
  type EpochMs,
  type InstanceId,
  type LevelName,
  type PartName,
  type ServiceName,
} from '@holdfast/core/units'
import type { StandingRow } from '../store/store.ts'
import type {
  CountedLevel,
  InstanceMeasurement,
  PartMeasurement,
  ServiceMeasurement,
} from '../platforms/gateway/gateway.ts'

type Inputs = Readonly<Record<string, InputTally>>

/** By whom it is told: of the whole service, and of parts. */
export interface SubjectInputs {
  readonly service: Inputs
  readonly parts: ReadonlyMap<PartName, Inputs>
}

export const noInputs: SubjectInputs = { service: {}, parts: new Map() }

export interface Told {
  /** Null where no source told of operations. */
  readonly measured: ServiceMeasurement | null
  readonly inputs: SubjectInputs
  /** Who told of the operations; empty where nobody did. */
  readonly sources: readonly string[]
  /** Whether any source told of operations in the last minutes. */
  readonly isTelling: boolean
  /** Answers of clients against levels of satisfaction. */
  readonly answers: readonly LevelCount[]
  /** What changed of where the sources stand, to be stored with the tick; told again until it is. */
  readonly standing: readonly StandingRow[]
}

export interface Listener {
  readonly service: ServiceName
  /** The part that clients' operations come to; null where none do. */
  readonly entry: PartName | null
  readonly parts: readonly PartName[]
  readonly levels: readonly CountedLevel[]
  readonly satisfaction: readonly SatisfactionLevel[]
  /** Of the rules of the service, and of each part that has any. */
  readonly rules: { readonly service: TallyInputs; readonly parts: ReadonlyMap<PartName, TallyInputs> }
  /** Which of those that tell of the subject's operations is believed. */
  readonly believes: (subject: PartName | null, telling: readonly string[]) => string | null
  /** Of which time the inputs of the service, as null, and of each part were told already. */
  readonly coverageOf: (subject: PartName | null) => Coverage
  /** Under which of several names a source's operations are believed. */
  readonly choose: ChooseName
  /** Until when anything was told of operations before; null before anything was. */
  readonly toldUntil: EpochMs | null
  /** Sources that were asked to the end since then: where they tell of no operation, there was none. */
  readonly asked: ReadonlyMap<string, { readonly part: PartName | null; readonly at: EpochMs }>
}

export function toldBy(
  readings: readonly JoinedReading[],
  listener: Listener,
): Omit<Told, 'standing' | 'isTelling'> {
  const told = operationsIn(readings, listener.choose)
  const operations = [...told, ...quiet(told, listener)]
  const { measured, sources } = measure(operations, listener)
  const answers = answersIn(readings, listener.satisfaction)
  return { measured, sources, answers, inputs: inputsOf(readings, listener) }
}

/** A level of satisfaction: each answer must be so good. */
export interface SatisfactionLevel {
  readonly level: LevelName
  /** What may be missing to full satisfaction. */
  readonly missing: number
  /** Null for all classes. */
  readonly class: string | null
}

export const DISSATISFACTION = 'survey.dissatisfaction'

function answersIn(
  readings: readonly JoinedReading[],
  levels: readonly SatisfactionLevel[],
): readonly LevelCount[] {
  const answers = readings.filter(({ series }) => series.name === DISSATISFACTION)
  if (answers.length === 0) return []
  return levels.map(({ level, missing, class: of }) => {
    const counted = answers.filter(({ series }) => of === null || series.labels['holdfast.class'] === of)
    const all = counted.reduce((sum, { distribution }) => sum + (distribution?.count ?? 0), 0)
    const missed = counted.reduce((sum, reading) => sum + overIn(reading, missing).over, 0)
    return { level, met: all - missed, missed }
  })
}

/** What was asked and told of nothing. It counts for as long as it is believed, and makes nobody believe it. */
function quiet(
  told: readonly OperationsTold[],
  { asked, toldUntil }: Pick<Listener, 'asked' | 'toldUntil'>,
): readonly OperationsTold[] {
  return [...asked].flatMap(([source, { part, at }]): readonly OperationsTold[] =>
    told.some((one) => one.source === source)
      ? []
      : [
          {
            about: { part, instance: null },
            source,
            from: toldUntil ?? at,
            to: at,
            counts: [],
            insideMs: null,
          },
        ],
  )
}

function inputsOf(
  readings: readonly JoinedReading[],
  { parts, entry, rules, coverageOf }: Pick<Listener, 'parts' | 'entry' | 'rules' | 'coverageOf'>,
): SubjectInputs {
  const of = (part: PartName | null): readonly JoinedReading[] =>
    readings.filter(({ series }) => series.about.part === part)
  const told = parts.flatMap((part): readonly (readonly [PartName, Inputs])[] => {
    const coverage = coverageOf(part)
    const inputs = { ...defaultInputs(of(part), coverage), ...rules.parts.get(part)?.(readings, coverage) }
    return Object.keys(inputs).length === 0 ? [] : [[part, inputs]]
  })
  // Who probes the part that clients come to probes the service; a host is that of its part alone.
  const whole = [
    ...of(null),
    ...(entry === null ? [] : of(entry).filter(({ series }) => isAsClientsSee(series.name))),
  ]
  const coverage = coverageOf(null)
  return {
    service: { ...defaultInputs(whole, coverage), ...rules.service(readings, coverage) },
    parts: new Map(told),
  }
}

const isAsClientsSee = (name: string): boolean => /^(probe|survey|plugin)[._]/.test(name)

interface Measured {
  readonly measured: ServiceMeasurement | null
  readonly sources: readonly string[]
}

function measure(operations: readonly OperationsTold[], listener: Listener): Measured {
  const { service, entry, parts, levels } = listener
  const believed = (part: PartName | null, all: readonly OperationsTold[]): readonly OperationsTold[] => {
    const telling = all.filter(({ counts, insideMs }) => counts.length > 0 || insideMs !== null)
    const source = listener.believes(part, [...new Set(telling.map((one) => one.source))])
    return all.filter((one) => one.source === source)
  }
  const whole = believed(
    null,
    operations.filter(({ about }) => about.part === null || about.part === entry),
  )
  const ofParts = parts.map((part): readonly [PartName, readonly OperationsTold[]] => [
    part,
    believed(
      part,
      operations.filter(({ about }) => about.part === part || (about.part === null && part === entry)),
    ),
  ])
  // Of parts alone nobody knows what came to the service: that is not nothing.
  if (whole.length === 0) return { measured: null, sources: [] }
  const all = [...whole, ...ofParts.flatMap(([, told]) => told)]
  const to = epochMs(Math.max(...all.map((one) => one.to)))
  const from = beginning(listener.toldUntil, to, epochMs(Math.min(...all.map((one) => one.from))))
  const counts = whole.flatMap((one) => one.counts)
  const sums = sumOf(counts)
  const measured: ServiceMeasurement = {
    service,
    from,
    to,
    arrivals: sums.completed + sums.failed + sums.aborted,
    ...sums,
    refused: 0,
    responseMs: timesOf(counts),
    firstByteMs: emptyDistribution,
    levels: levels.flatMap((level) => {
      const told =
        level.part === null
          ? counts
          : (ofParts.find(([part]) => part === level.part)?.[1] ?? []).flatMap((one) => one.counts)
      return told.length === 0 ? [] : [{ level: level.level, ...countLevel(level, told) }]
    }),
    parts: ofParts.flatMap(([part, told]) => (told.length === 0 ? [] : [partOf(part, told, to - from)])),
    operations: [],
    clients: [],
  }
  return { measured, sources: [...new Set(all.map((one) => one.source))].toSorted() }
}

/** After a longer pause nobody knows what was in it. */
export const LONGEST_MS = 300_000

/**
 * One span follows another without a gap, as several processes tell of times that overlap: counts over all of them
 * together then come to the right rate.
 */
function beginning(toldUntil: EpochMs | null, to: EpochMs, said: EpochMs): EpochMs {
  if (toldUntil === null || to - toldUntil > LONGEST_MS) return said
  return epochMs(Math.min(toldUntil, to))
}

interface Sums {
  readonly completed: number
  readonly failed: number
  readonly aborted: number
}

function sumOf(counts: readonly OperationCount[]): Sums {
  let [completed, failed, aborted] = [0, 0, 0]
  for (const one of counts) {
    completed += one.completed
    failed += one.failed
    aborted += one.aborted
  }
  return { completed, failed, aborted }
}

/** As the gateway counts: what failed missed its level, what the client gave up says nothing. */
function countLevel(
  level: CountedLevel,
  counts: readonly OperationCount[],
): { readonly met: number; readonly missed: number } {
  let [met, missed] = [0, 0]
  for (const one of counts) {
    if (level.operation !== null && level.operation !== one.operation) continue
    if (level.class !== null && level.class !== one.class) continue
    const over = level.counts === 'error-ratio' ? 0 : one.over(level.limitMs).over
    met += one.completed - over
    missed += one.failed + over
  }
  return { met, missed }
}

function partOf(part: PartName, told: readonly OperationsTold[], ms: number): PartMeasurement {
  const counts = told.flatMap((one) => one.counts)
  const { completed, failed, aborted } = sumOf(counts)
  const serviceMs = timesOf(counts)
  const inside = told.some(({ insideMs }) => insideMs !== null)
    ? told.reduce((sum, one) => sum + (one.insideMs ?? 0), 0)
    : // Who is inside at once is who comes in a second times how long (Little's law).
      serviceMs.sum
  return {
    part,
    arrivals: completed + failed + aborted,
    completed,
    failed,
    passedOn: 0,
    refused: 0,
    aborted,
    queued: 0,
    inPartMean: ms === 0 ? 0 : inside / ms,
    serviceMs,
    waitingMs: emptyDistribution,
    instances: instancesOf(told, ms),
  }
}

function instancesOf(told: readonly OperationsTold[], ms: number): readonly InstanceMeasurement[] {
  const byInstance = new Map<InstanceId, OperationsTold[]>()
  for (const one of told) {
    const { instance } = one.about
    if (instance === null) continue
    byInstance.set(instance, [...(byInstance.get(instance) ?? []), one])
  }
  return [...byInstance].map(([instance, own]): InstanceMeasurement => {
    const counts = own.flatMap((one) => one.counts)
    const { completed, failed } = sumOf(counts)
    const serviceMs = timesOf(counts)
    return { instance, completed, failed, inFlight: ms === 0 ? 0 : serviceMs.sum / ms, serviceMs }
  })
}
