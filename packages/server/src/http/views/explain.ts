/**
 * Answers "why": the latest decision at or before an instant, with what it saw, what it thought of the
 * agreement, what it changed for which reason, and what came of that. From journal entries alone.
 */
import type { Plan, Standing } from '@holdfast/core/control'
import type { ServiceObservation, TimeSummary } from '@holdfast/core/health'
import { formatInstant, type EpochMs } from '@holdfast/core/units'
import type { JournalEntry } from '../../store/store.ts'
import type { WhyView } from '../api.ts'
import { changesOfPlan, reasonView } from './changes-of-plan.ts'
import {
  desiredBefore,
  readDecision,
  readOutcome,
  type DecisionBody,
  type OutcomeBody,
} from './decision-entry.ts'
import { verdictView } from './verdict-view.ts'

/** Entries may come in any order and be of any kind; those later than `at` count only as outcomes. */
export function explain(service: string, entries: readonly JournalEntry[], at: EpochMs): WhyView {
  const decisions = entries
    .filter((entry) => entry.at <= at)
    .map((entry) => ({ entry, body: readDecision(entry) }))
  const latest = decisions.reduce<Decided | null>(
    (best, { entry, body }) =>
      body !== null && (best === null || entry.sequence > best.entry.sequence) ? { entry, body } : best,
    null,
  )
  const asked = { service, askedFor: formatInstant(at) }
  if (latest === null) return { ...asked, ...nothingDecided(service) }
  const { entry, body } = latest
  const outcomes = entries.map(readOutcome).filter((outcome) => outcome?.decision === entry.sequence)
  const changes = changesOf(body.plan)
  const advice = changesOf(body.advice ?? null)
  return {
    ...asked,
    decidedAt: formatInstant(entry.at),
    sequence: entry.sequence,
    says: summary(body, changes, advice),
    changes,
    advice,
    verdicts: body.verdicts.map(verdictView),
    reasons: body.reasons.map(reasonView),
    observed: [...observed(body.observation), ...(body.dependencies ?? []).map(dependencyObserved)],
    outcome: outcomes.flatMap((outcome) => (outcome === null ? [] : outcomeSays(outcome))),
  }
}

const changesOf = (plan: Plan | null): WhyView['changes'] =>
  plan === null ? [] : changesOfPlan(desiredBefore(plan), plan)

interface Decided {
  readonly entry: JournalEntry
  readonly body: DecisionBody
}

const nothingDecided = (service: string): Omit<WhyView, 'service' | 'askedFor'> => ({
  decidedAt: null,
  sequence: null,
  says: `Nothing was decided for ${service} up to then.`,
  changes: [],
  advice: [],
  verdicts: [],
  reasons: [],
  observed: [],
  outcome: [],
})

function summary({ reasons }: DecisionBody, changes: WhyView['changes'], advice: WhyView['changes']): string {
  if (changes.length > 0) return changes.map((change) => changeSays(change, 'goes')).join(' ')
  if (advice.length > 0)
    return `Only advised, not carried out: ${advice.map((change) => changeSays(change, 'would go')).join(' ')}`
  const why = reasons.map(({ says }) => says).join(' ')
  return why === '' ? 'Everything stayed as it was.' : `Everything stayed as it was. ${why}`
}

function changeSays(
  { part, from, to, reason }: WhyView['changes'][number],
  goes: 'goes' | 'would go',
): string {
  const what =
    from === to
      ? `${part} ${goes === 'goes' ? 'keeps' : 'would keep'} ${instances(to)}, some of them new`
      : `${part} ${goes} from ${from} to ${instances(to)}`
  return `${what}: ${reason.says}`
}

const instances = (count: number): string => (count === 1 ? '1 instance' : `${count} instances`)

const MS_PER_SECOND = 1_000

function observed({
  span,
  complete,
  arrivals,
  failed,
  response,
  parts,
}: ServiceObservation): readonly string[] {
  const lengthS = (span.to - span.from) / MS_PER_SECOND
  const rate = lengthS > 0 ? ` (${figure(arrivals / lengthS)} a second)` : ''
  const failures = failed === 0 ? 'none failed' : `${failed} failed`
  return [
    `Over ${figure(lengthS)} s: ${arrivals} operations arrived${rate}, ${failures}.`,
    ...(response.count === 0 ? [] : [`Response time: ${percentiles(response)}.`]),
    ...parts.map(partObserved),
    ...(complete ? [] : ['Not every source answered for all of that time.']),
  ]
}

function partObserved({
  part,
  instances: known,
  queued,
  service,
  waiting,
}: ServiceObservation['parts'][number]): string {
  const ready = known.filter(({ phase }) => phase === 'ready').length
  const times =
    service.count === 0
      ? 'nothing completed'
      : `service ${figure(service.meanMs)} ms and waiting ${figure(waiting.meanMs)} ms on average`
  return `${part}: ${ready} of ${instances(known.length)} ready, ${queued} operations queued, ${times}.`
}

const dependencyObserved = ({ service, state, since, says }: Standing): string =>
  `Service ${service}, which this one depends on: ${state} since ${formatInstant(since)}. ${says}`

const percentiles = ({ p90Ms, p99Ms }: TimeSummary): string =>
  `90 % within ${figure(p90Ms)} ms, 99 % within ${figure(p99Ms)} ms`

/** Three significant figures are as many as anyone compares. */
const figure = (value: number): string => String(Number(value.toPrecision(3)))

const outcomeSays = ({ actions }: OutcomeBody): readonly string[] =>
  actions.map(
    ({ kind, instance, ok, says }) =>
      `${kind} ${instance}: ${ok ? 'done' : 'failed'}${says === '' ? '' : `, ${says}`}`,
  )
