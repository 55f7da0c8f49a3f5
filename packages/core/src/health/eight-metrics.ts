/**
 * The eight metrics of a service, part or instance over an interval, from what was counted in it (H1.1, H1.2). Where a
 * rule gives a metric, it alone does; else what was measured directly, else what can be derived (H1.16).
 */
import type { LevelName } from '../units/index.ts'
import type { Distribution } from '../stats/index.ts'
import { branded } from '../units/index.ts'
import type { Metric, Times } from './metric.ts'
import {
  DEFAULT,
  evaluateRule,
  evaluateTimes,
  inputName,
  RULED_METRICS,
  type InputTally,
  type Rule,
} from './rules/index.ts'
import { timesIn } from './summarise.ts'
import type { Tally } from './tally.ts'
import { useOf } from './use.ts'

export interface Violations {
  readonly level: LevelName
  readonly operations: number
  readonly over: number
}

export interface EightMetrics {
  /** Share of probes that were answered; without probes of operations; where none came, share of time ready. */
  readonly availability: Metric<number>
  /** Operations a second that could be served at present. */
  readonly capacity: Metric<number>
  /** Operations a second that were answered. */
  readonly throughput: Metric<number>
  readonly serviceTime: Metric<Times>
  /** Operations that wait, on average over time. */
  readonly queueLength: Metric<number>
  /** Share of the capacity that is used. */
  readonly utilisation: Metric<number>
  readonly violations: Metric<readonly Violations[]>
  /** From 0 to 1. */
  readonly satisfaction: Metric<number>
}

/** One that rules give besides the eight (H1.3). */
export interface MoreMetric {
  readonly name: string
  readonly unit: string
  readonly metric: Metric<number>
}

/** Of a part its own time is its service time; of a service what an operation takes, waiting and all parts included. */
export interface Subject {
  readonly kind: 'service' | 'part' | 'instance'
  readonly tally: Tally
  /** Of a service that has no places of its own: those of its parts, with how often an operation visits each. */
  readonly parts: readonly { readonly tally: Tally; readonly visits: number }[]
  /** Those of this subject alone. */
  readonly rules: readonly Rule[]
}

export function eightMetrics(subject: Subject): EightMetrics {
  const { kind, tally } = subject
  const { capacity, utilisation } = useOf(subject)
  const ruled = (metric: string, otherwise: () => Metric<number>): Metric<number> => {
    const rule = subject.rules.find((one) => one.metric === metric)
    return rule === undefined ? otherwise() : evaluateRule(rule, inputsOf(tally, rule))
  }
  return {
    availability: ruled('availability', () => availabilityOf(tally)),
    capacity: ruled('capacity', () => capacity),
    throughput: ruled('throughput', () => throughputOf(tally)),
    serviceTime: timesOfSubject(subject),
    queueLength: ruled('queue-length', () => queueOf(subject)),
    utilisation: ruled('utilisation', () => utilisation),
    violations: violationsOf(kind, subject),
    satisfaction: ruled('satisfaction', () => satisfactionOf(tally)),
  }
}

/** Those that rules give besides the eight, by name. */
export const moreMetrics = ({ tally, rules }: Pick<Subject, 'tally' | 'rules'>): readonly MoreMetric[] =>
  rules
    .filter(({ metric }) => !EIGHT.has(metric))
    .map((rule) => ({
      name: rule.metric,
      unit: rule.unit ?? '1',
      metric: evaluateRule(rule, inputsOf(tally, rule)),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))

const EIGHT: ReadonlySet<string> = new Set(RULED_METRICS)

const inputsOf = ({ inputs }: Tally, rule: Rule): readonly (InputTally | undefined)[] =>
  rule.inputs.map((_, index) => inputs[inputName(rule, index)])

const unknown = (reason: string): { readonly value: null; readonly reason: string } => ({
  value: null,
  reason,
})

const NOT_SEEN = 'Nothing was measured in this time.'
const NO_OPERATION = 'No operation ended in this time.'

function availabilityOf({ completed, failed, seenMs, readyMs, inputs, sources }: Tally): Metric<number> {
  const up = inputs[DEFAULT.up]
  if (up !== undefined && up.samples > 0) {
    const value = up.seriesMs === 0 ? up.last / up.samples : up.levelMs / up.seriesMs
    return { value, rule: 'share-up', observations: up.samples, sources: up.sources }
  }
  const ended = completed + failed
  if (ended > 0) return { value: completed / ended, rule: 'share-answered', observations: ended, sources }
  if (seenMs === 0) return unknown(NOT_SEEN)
  return { value: readyMs / seenMs, rule: 'share-ready', observations: 0, sources }
}

const throughputOf = ({ completed, seenMs, sources }: Tally): Metric<number> =>
  seenMs === 0
    ? unknown(NOT_SEEN)
    : { value: (completed * 1_000) / seenMs, rule: 'count-over-time', observations: completed, sources }

function timesOfSubject({ kind, tally, rules }: Subject): Metric<Times> {
  const rule = rules.find(({ metric }) => metric === 'service-time')
  if (rule !== undefined) return evaluateTimes(rule, inputsOf(tally, rule))
  const measured = kind === 'service' ? tally.response : tally.service
  if (measured.count > 0) return timesOf(measured, 'distribution', tally.sources)
  const probed = tally.inputs[DEFAULT.probeTime]
  if (probed !== undefined && probed.distribution.count > 0)
    return timesOf(probed.distribution, 'probe-time', probed.sources)
  return unknown(
    tally.completed > 0 ? 'Operations were counted, and how long they took was not told.' : NO_OPERATION,
  )
}

function timesOf(distribution: Distribution, rule: string, sources: readonly string[]): Metric<Times> {
  return { value: timesIn(distribution), rule, observations: distribution.count, sources }
}

/** Who waits at once is who waits in a second times how long (J. D. C. Little 1961). */
function queueOf({ kind, tally, parts }: Subject): Metric<number> {
  if (tally.seenMs === 0) return unknown(NOT_SEEN)
  if (kind === 'instance') return unknown('Operations wait for their part, not for one of its instances.')
  const lines = kind === 'part' ? [tally] : parts.map((part) => part.tally)
  const known = lines.flatMap((line) => {
    const waitedMs = waitedMsIn(line)
    return waitedMs === null ? [] : [{ waitedMs, completed: line.completed }]
  })
  if (known.length === 0) return unknown(NO_LINE)
  const waitedMs = known.reduce((sum, line) => sum + line.waitedMs, 0)
  const observations = known.reduce((sum, line) => sum + line.completed, 0)
  const isSeen = tally.sources.includes(GATEWAY)
  return {
    value: waitedMs / tally.seenMs,
    rule: isSeen ? 'littles-law' : 'inside-beyond-places',
    observations,
    sources: tally.sources,
  }
}

const GATEWAY = 'gateway'
const NO_LINE =
  'Who waits is known where operations pass through the gateway, or where the concurrency of a part is declared.'

/** The gateway sees who waits. Others tell who is inside: beyond those that are served at once, they wait. */
function waitedMsIn({ seenMs, waitedMs, insideMs, placesMs, sources }: Tally): number | null {
  if (seenMs === 0) return null
  if (sources.includes(GATEWAY)) return waitedMs
  return placesMs === 0 ? null : Math.max(0, insideMs - placesMs)
}

/** A rule counts what exceeds a limit of its own, under the name of the rule. */
function violationsOf(
  kind: Subject['kind'],
  { tally, rules }: Pick<Subject, 'tally' | 'rules'>,
): Metric<readonly Violations[]> {
  const rule = rules.find(({ metric }) => metric === 'violations')
  const [input] = rule === undefined ? [] : inputsOf(tally, rule)
  if (rule !== undefined) {
    const over = evaluateRule(rule, inputsOf(tally, rule))
    if ('reason' in over) return over
    const operations = input?.samples ?? 0
    return { ...over, value: [{ level: branded<LevelName>(rule.name), operations, over: over.value }] }
  }
  const value = Object.entries(tally.levels)
    .map(([level, { met, missed }]): Violations => ({
      level: branded<LevelName>(level),
      operations: met + missed,
      over: missed,
    }))
    .toSorted((a, b) => (a.level < b.level ? -1 : 1))
  if (value.length === 0)
    return unknown(
      kind === 'service' ? 'No level was counted in this time.' : 'Levels are counted of whole services.',
    )
  return {
    value,
    rule: 'limit-exceeded',
    observations: value.reduce((sum, { operations }) => sum + operations, 0),
    sources: tally.sources,
  }
}

function satisfactionOf({ inputs }: Tally): Metric<number> {
  const [answers, score] = [inputs[DEFAULT.answers], inputs[DEFAULT.score]]
  if (answers === undefined || score === undefined || answers.grew === 0)
    return unknown('No client was asked, and none said anything.')
  return {
    value: score.grew / answers.grew,
    rule: 'mean-answer',
    observations: answers.grew,
    sources: answers.sources,
  }
}
