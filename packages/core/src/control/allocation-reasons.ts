/** Says in words why parts get more or fewer instances, or why everything stays as it is. */
import type { Limitation, ScaleDecision } from '../allocation/index.ts'
import { perSecond, roughRate, type PartName } from '../units/index.ts'
import type { Reason } from './plan.ts'

/** Why everything stays as it is; what changes carries its own reasons. */
export function stayReasons({ code, says }: ScaleDecision): readonly Reason[] {
  return code === 'steady' || code === 'held-to-settle' || code === 'held-for-missing-data'
    ? [{ code, part: null, says }]
    : []
}

export const firstReason = (part: PartName, rate: number, loadIsKnown: boolean): Reason => ({
  code: 'first-instances',
  part,
  says: loadIsKnown
    ? `Part ${part} is new; planned for ${roughRate(perSecond(rate))}.`
    : `Nothing is known of the load yet; ready for the agreed ${roughRate(perSecond(rate))}.`,
})

export const limitsReason = (part: PartName, count: number): Reason => ({
  code: 'limits-changed',
  part,
  says: `The limits of part ${part} or of the agreement were changed; now it has ${count}.`,
})

export const missingReason = (part: PartName, count: number): Reason => ({
  code: 'lost-instance',
  part,
  says: `Of the ${count} instances that part ${part} should have one or more are not there.`,
})

const LIMITATIONS: Readonly<Record<Limitation, Omit<Reason, 'part'> | null>> = {
  nothing: null,
  cap: {
    code: 'held-by-cap',
    says: 'Keeping the levels with a margin would take more instances than the agreement allows.',
  },
  'part-limits': {
    code: 'held-by-cap',
    says: 'Keeping the levels with a margin would take more instances than parts may have.',
  },
  'service-time': {
    code: 'more-would-not-help',
    says: 'The service times alone pass the limit; instances only shorten waiting.',
  },
}

export function limitReasons(
  limitedBy: Limitation,
  contracted: number | null,
  measured: number,
): readonly Reason[] {
  const limitation = LIMITATIONS[limitedBy]
  const reasons: Reason[] = limitation === null ? [] : [{ ...limitation, part: null }]
  if (contracted !== null && measured > contracted)
    reasons.push({
      code: 'held-at-agreed-load',
      part: null,
      says: `A load of ${roughRate(perSecond(measured))} is to be expected; instances are planned for the agreed ${roughRate(perSecond(contracted))}.`,
    })
  return reasons
}

export function changeCode(raised: boolean, direction: 'up' | 'down'): Reason['code'] {
  if (raised && direction === 'up') return 'level-at-risk'
  return direction === 'up' ? 'load-rises' : 'load-falls'
}
