/** One injected cause in one service: what the verdicts said of it when the level was first not kept, and in the end. */
import type { Cause, CauseKind, Verdict } from '@holdfast/core/agreement'
import { durationMs, epochMs, minutes, type DurationMs, type PartName } from '@holdfast/core/units'
import { simulate, SIMULATION_BEGINS, type SimulatedTick } from '@holdfast/simulator'
import type { InjectedCause } from './injections.ts'
import { byConditions, byUtilisation } from './other-rules.ts'
import { between, subjectOf } from './service-of.ts'

export interface CaseResult {
  readonly cause: string
  readonly seed: number
  readonly is: CauseKind
  /** False where the level was kept in spite of it; then there is nothing to judge. */
  readonly shown: boolean
  readonly said: CauseKind | null
  readonly right: boolean
  /** The platform was to blame, and a remedy was owed for what was missed, but not by the verdicts. */
  readonly waived: boolean
  /** The platform was not to blame, but by the verdicts a remedy is owed. */
  readonly owed: boolean
  readonly peers: Readonly<Record<'utilisation' | 'conditions', boolean>>
  /** Of the verdict that was scored, in words. */
  readonly says: string
}

const TICK: DurationMs = durationMs(2_000)
/** The hour that is judged begins after the service has settled, and before anything is injected. */
const TO_THE_HOUR = minutes(3)
const BEFORE = minutes(6)
const AFTER = minutes(7)
const BEGINS = epochMs(SIMULATION_BEGINS + minutes(60) - TO_THE_HOUR)

/** Ticks after the first one at which the level was not kept; only those count in which a verdict has a cause. */
const WITHIN = 3

export function runCase(cause: InjectedCause, seed: number): CaseResult {
  const subject = subjectOf(seed)
  const { service } = subject
  const at = durationMs(BEFORE + Math.round(between(subject.random, 0, 60_000)))
  const until = durationMs(BEFORE + AFTER)
  const { part, load, faults, agreements } = cause.inject(subject, at, until)
  const ticks: SimulatedTick[] = []
  simulate({
    service,
    agreements,
    load,
    faults,
    seed,
    begins: BEGINS,
    duration: until,
    tickEvery: TICK,
    onTick: (ticked) => {
      if (ticked.now > BEGINS + at) ticks.push(ticked)
    },
  })
  // What put it at risk before is not what was injected.
  const kept = ticks.findIndex(({ decision }) => !isNotKept(decision.verdicts[0]))
  const notKept = ticks.slice(kept).filter(({ decision }) => isNotKept(decision.verdicts[0]))
  const scored = notKept.slice(0, WITHIN + 1).at(-1)
  return {
    cause: cause.name,
    seed,
    is: cause.is,
    ...scoreOf(cause, part, scored?.decision.verdicts[0], ticks.at(-1)?.decision.verdicts[0]),
    peers: peersAt(scored, cause, agreements, service),
  }
}

/** By the verdict soon after, and by the one in the end. */
function scoreOf(
  { is }: InjectedCause,
  part: PartName | null,
  soon: Verdict | undefined,
  end: Verdict | undefined,
): Pick<CaseResult, 'shown' | 'said' | 'right' | 'waived' | 'owed' | 'says'> {
  const said = soon?.cause ?? null
  const fault = blameInTheEnd(end)
  const namedOther = said !== null && said.kind !== 'platform'
  return {
    shown: soon !== undefined,
    said: said?.kind ?? null,
    right: said !== null && said.kind === is && isIn(part, said),
    waived: is === 'platform' && (fault === 'others' || namedOther),
    owed: is !== 'platform' && fault === 'platform',
    says: said === null ? '' : `${said.part ?? '-'}: ${said.evidence.map(({ says }) => says).join(' ')}`,
  }
}

/** A cause that names another part than the one that it was injected into is wrong. */
const isIn = (injected: PartName | null, { part }: Cause): boolean =>
  injected === null || part === null || part === injected

const isNotKept = (verdict: Verdict | undefined): boolean =>
  verdict?.state === 'at-risk' || verdict?.state === 'breached'

/** Whose fault a window is that is below the promise, by what its remedies would be owed for. */
function blameInTheEnd(verdict: Verdict | undefined): 'platform' | 'others' | null {
  if (verdict === undefined || verdict.measured === null || verdict.measured >= verdict.promised) return null
  return verdict.platformShare !== null && verdict.platformShare < verdict.promised ? 'platform' : 'others'
}

function peersAt(
  scored: SimulatedTick | undefined,
  { is }: InjectedCause,
  agreements: Parameters<typeof byConditions>[0]['agreements'],
  service: Parameters<typeof byConditions>[0]['service'],
): CaseResult['peers'] {
  if (scored === undefined) return { utilisation: false, conditions: false }
  const { observation } = scored
  const dependencyKept = is !== 'dependency'
  return {
    utilisation: byUtilisation(observation) === is,
    conditions: byConditions({ observation, agreements, service, dependencyKept }) === is,
  }
}
