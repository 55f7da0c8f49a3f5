/**
 * Finds what speaks against the code of a part: own service times and failures beyond the thresholds, by
 * those of its instances that can testify (A3.14). An instance that its host held up or that is still
 * warming says nothing against the code, nor does one that is slow alone.
 */
import type { EpochMs } from '../units/index.ts'
import type { Thresholds } from './agreement.ts'
import {
  ENOUGH_OPERATIONS,
  HELD_UP,
  isCold,
  lost,
  ownMs,
  percent,
  pooled,
  returned,
  settled,
  sum,
  testifying,
  type InstanceFigures,
  type PartCircumstance,
  type RevisionFigures,
} from './part-figures.ts'
import type { Evidence } from './verdict.ts'

/** After so long a deploy is no news any more. */
const RECENT_DEPLOY_MS = 3_600_000
/** Of two groups the one is older when each of it ran more than so many times as long. */
const OLDER = 2
/** New instances are compared with old ones from so many operations on. */
const ENOUGH_OF_DEPLOY = 5
/** One crash may be anything's fault. */
const ENOUGH_CRASHES = 2

export function slowCode(circumstance: PartCircumstance, thresholds: Thresholds, now: EpochMs): Evidence[] {
  const { expectedServiceMs: expected, measuredServiceMs, instances } = circumstance
  if (expected === null) return []
  const limit = expected * thresholds.serviceTimeFactor
  if ((measuredServiceMs ?? 0) <= limit && !instances.some(({ serviceMs }) => (serviceMs ?? 0) > limit))
    return []
  const witnesses = testifying(settled(circumstance))
  const measured =
    witnesses.length > 0 ? codeMs(witnesses, circumstance, limit, now) : withoutInstances(circumstance)
  if (measured !== null && measured > limit)
    return [slowEvidence(circumstance, measured), ...deployEvidence(circumstance, measured, now)]
  return slowDeploy(circumstance, limit, now)
}

/** What the code takes, by the instances that testify; null where only some of them are slow. */
function codeMs(
  witnesses: readonly InstanceFigures[],
  circumstance: PartCircumstance,
  limit: number,
  now: EpochMs,
): number | null {
  const slow = witnesses.filter((one) => ownMs(one) > limit && !isCold(one, circumstance, limit, now))
  const well = witnesses.filter((one) => ownMs(one) <= limit)
  return slow.length > well.length || isAge(slow, well, now) ? pooled(slow, ownMs) : null
}

/** Where several are slow and all of them ran for long while the younger ones are well, it is a leak. */
function isAge(slow: readonly InstanceFigures[], well: readonly InstanceFigures[], now: EpochMs): boolean {
  if (slow.length < 2 || well.length === 0) return false
  const age = ({ phaseSince }: InstanceFigures): number => now - phaseSince
  return Math.min(...slow.map(age)) > OLDER * Math.max(...well.map(age))
}

/** Where no instance was measured by itself, the part's own figure counts; warming or held up ones spoil it. */
function withoutInstances({ measuredServiceMs, completed, instances }: PartCircumstance): number | null {
  const spoilt = instances.some(
    ({ warming, heldUpShare, seen }) => (warming && seen > 0) || heldUpShare >= HELD_UP,
  )
  return spoilt || completed < ENOUGH_OPERATIONS ? null : measuredServiceMs
}

/** New instances that are slow beside old ones that are not: also while they are few, and while they warm. */
function slowDeploy(circumstance: PartCircumstance, limit: number, now: EpochMs): Evidence[] {
  const deploy = recentDeploy(circumstance, now)
  if (deploy === null) return []
  const { before, after } = deploy
  const fresh = circumstance.instances.filter(
    ({ revision, phase, seen, warming }) =>
      revision === after.revision &&
      phase === 'ready' &&
      seen >= ENOUGH_OF_DEPLOY &&
      // A warm-up that was slow before says nothing against the new code.
      (!warming || (before.warmUpMs !== null && before.warmUpMs <= limit)),
  )
  const slow = testifying(fresh).filter((instance) => ownMs(instance) > limit)
  if (slow.length * 2 <= testifying(fresh).length) return []
  const measured = pooled(slow, ownMs)
  if (measured === null || (before.serviceMs !== null && before.serviceMs > limit)) return []
  return [slowEvidence(circumstance, measured), ...deployEvidence(circumstance, measured, now)]
}

function recentDeploy(
  { revisions }: PartCircumstance,
  now: EpochMs,
): { readonly before: RevisionFigures; readonly after: RevisionFigures } | null {
  const [before, after] = revisions
  if (before === undefined || after === undefined) return null
  return now - after.since <= RECENT_DEPLOY_MS ? { before, after } : null
}

function deployEvidence(circumstance: PartCircumstance, measured: number, now: EpochMs): Evidence[] {
  const deploy = recentDeploy(circumstance, now)
  const beforeMs = deploy?.before.serviceMs ?? null
  if (deploy === null || beforeMs === null || measured <= beforeMs) return []
  const { part } = circumstance
  return [
    {
      subject: part,
      measure: 'own service time of the revision before',
      unit: 'ms',
      observed: measured,
      expected: beforeMs,
      says: `Part ${part} was changed to revision ${deploy.after.revision} ${minutesAgo(deploy.after.since, now)}; before that it took ${beforeMs.toFixed(1)} ms.`,
    },
  ]
}

function slowEvidence({ part, expectedServiceMs }: PartCircumstance, measured: number): Evidence {
  const expected = expectedServiceMs ?? 0
  const factor = (measured / expected).toFixed(1)
  return {
    subject: part,
    measure: 'own service time',
    unit: 'ms',
    observed: measured,
    expected,
    says: `Part ${part} takes ${measured.toFixed(1)} ms of its own, ${factor}× the expected ${expected} ms, without waiting.`,
  }
}

/** Errors of instances that serve. What an instance that was lost took with it is not the code's. */
export function failures(
  circumstance: PartCircumstance,
  { failedShare }: Thresholds,
  now: EpochMs,
): Evidence[] {
  const { part, completed, failed, instances } = circumstance
  const measured = instances.some(({ ended }) => ended > 0)
  // Mostly nothing fails, and then there is nothing to add up.
  if (failed === 0 && instances.every((one) => one.failedShare === 0)) return []
  const gone = returned(instances, now)
  const serving = instances.filter((one) => one.phase === 'ready' && one.ended > 0 && !gone.includes(one))
  const all = measured ? sum(serving, ({ ended }) => ended) : completed + failed
  const errors = measured ? sum(serving, (one) => one.failedShare * one.ended) : failed
  if (all < ENOUGH_OPERATIONS || errors / all <= failedShare) return []
  if (measured && serving.length > 1 && isOneInstance(serving, failedShare)) return []
  const [share, seen] = [errors / all, Math.round(all)]
  const evidence: Evidence = {
    subject: part,
    measure: 'failed operations',
    unit: 'ratio',
    observed: share,
    expected: failedShare,
    says: `${Math.round(errors)} of the last ${seen} operations of part ${part} ended in an error.`,
  }
  const deploy = recentDeploy(circumstance, now)
  if (deploy === null || deploy.before.failedShare > failedShare) return [evidence]
  const says = `Part ${part} was changed to revision ${deploy.after.revision} ${minutesAgo(deploy.after.since, now)}; before that ${percent(deploy.before.failedShare)} of its operations failed.`
  const { failedShare: expected } = deploy.before
  return [evidence, { ...evidence, measure: 'failed operations of the revision before', expected, says }]
}

/** A new revision whose instances end again and again, while those of the old one run. */
export function crashes(circumstance: PartCircumstance, now: EpochMs): Evidence[] {
  const deploy = recentDeploy(circumstance, now)
  if (deploy === null) return []
  const { part, instances } = circumstance
  const { before, after } = deploy
  if (lost(instances).some(({ revision }) => revision === before.revision)) return []
  const fresh = instances.filter(({ revision }) => revision === after.revision)
  const observed = lost(fresh).length + sum(fresh, ({ restarts }) => restarts)
  if (observed < ENOUGH_CRASHES || lost(fresh).length * 2 <= fresh.length) return []
  const says = `Part ${part} was changed to revision ${after.revision} ${minutesAgo(after.since, now)}; its instances ended unasked ${observed} times since, while those before it run.`
  return [
    { subject: part, measure: 'crashes of the new revision', unit: 'crashes', observed, expected: 0, says },
  ]
}

/** Whether the errors are those of one instance, the others being well. */
function isOneInstance(serving: readonly InstanceFigures[], limit: number): boolean {
  const [worst] = serving.toSorted((a, b) => b.failedShare - a.failedShare)
  const others = serving.filter((one) => one !== worst)
  const all = sum(others, ({ ended }) => ended)
  return all >= ENOUGH_OPERATIONS && sum(others, (one) => one.failedShare * one.ended) / all <= limit
}

const minutesAgo = (since: EpochMs, now: EpochMs): string => {
  const minutes = Math.max(0, Math.round((now - since) / 60_000))
  return minutes === 0 ? 'just now' : `${minutes} min ago`
}
