/**
 * How services fare that others depend on, from the verdicts of their last ticks. A service's decisions look at
 * that of the tick before, so that it does not matter which one of a tick is decided first.
 *
 * Only what is known excuses: a service that is not there, has no agreement, or was not judged since the loop
 * started stands as `unknown`, and what is missed meanwhile is put down to someone else.
 */
import { termsInForce, type Agreement, type Verdict, type VerdictState } from '@holdfast/core/agreement'
import type { Standing } from '@holdfast/core/control'
import { epochMs, type EpochMs, type ServiceName } from '@holdfast/core/units'

/** A service that holds no promise: neither breached nor at risk of it. */
const TROUBLED: ReadonlySet<VerdictState> = new Set(['breached', 'at-risk'])

/** As of one tick. `before` is the standing at the tick before; null where there was none. */
export function standingOf(
  service: ServiceName,
  verdicts: readonly Verdict[],
  before: Standing | null,
  now: EpochMs,
): Standing {
  const troubled = verdicts.filter(isTroubledNow)
  const [worst] = troubled.toSorted((a, b) => Number(b.state === 'breached') - Number(a.state === 'breached'))
  if (worst !== undefined) {
    const { state, level, reason } = worst
    const since = sinceTroubled(troubled, before, now)
    return { service, state, since, says: `Level ${level}: ${reason}` }
  }
  const isJudged = verdicts.some(({ state }) => state !== 'unknown')
  const state = isJudged ? 'kept' : 'unknown'
  const says = isJudged ? keptWords(verdicts) : 'None of its levels is in force and measured.'
  return { service, state, since: before?.state === state ? before.since : now, says }
}

/**
 * A window that was broken stays so until it ends, for a month perhaps. What happened on its second day explains
 * nothing on its twentieth: while misses come no faster than they may, the service stands as kept.
 */
const isTroubledNow = ({ state, burn }: Verdict): boolean =>
  TROUBLED.has(state) && (state !== 'breached' || burn > 1)

/** What it misses for is known back to its first miss, also after the loop was started again. */
function sinceTroubled(troubled: readonly Verdict[], before: Standing | null, now: EpochMs): EpochMs {
  const known = troubled.map(({ cause }) => cause?.since ?? now)
  const lasting = before !== null && TROUBLED.has(before.state) ? [before.since] : []
  return epochMs(Math.min(now, ...known, ...lasting))
}

const keptWords = (verdicts: readonly Verdict[]): string =>
  verdicts.some(({ state }) => state === 'breached')
    ? 'A window of it is broken, but of late it keeps what it promised.'
    : 'It keeps what it promised.'

/** Of each service that the agreements in force name in a condition. */
export function standingsFor(
  agreements: readonly Agreement[],
  standings: ReadonlyMap<ServiceName, Standing | null>,
  now: EpochMs,
): readonly Standing[] {
  const terms = termsInForce(agreements, now)
  const conditions = terms.flatMap((one) => [
    ...one.conditions,
    ...one.levels.flatMap((level) => level.conditions),
  ])
  const named = new Set(
    conditions.flatMap((condition) => (condition.kind === 'dependency' ? [condition.service] : [])),
  )
  return [...named].map((service) => standings.get(service) ?? unknown(service, standings.has(service), now))
}

const unknown = (service: ServiceName, isThere: boolean, now: EpochMs): Standing => ({
  service,
  state: 'unknown',
  since: now,
  says: isThere ? 'It was not judged yet.' : 'There is no service of this name.',
})
