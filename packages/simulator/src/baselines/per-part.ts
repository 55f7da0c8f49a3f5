/**
 * The published rules scale one thing: a deployment. A service of several parts has one of each for every part,
 * all with the same target. This puts a rule for one part to work on all of them, within each part's limits.
 */
import type { Part, Service } from '@holdfast/core/agreement'
import type { InstanceCounts } from '@holdfast/core/allocation'
import type { PartObservation, Span } from '@holdfast/core/health'
import type { DurationMs, EpochMs, PartName } from '@holdfast/core/units'
import type { Autoscaler, PartUse, Seen } from '../autoscaler.ts'

/** What a rule for one part sees of it. */
export interface PartSeen {
  readonly part: Part
  readonly observation: PartObservation
  readonly use: PartUse
  readonly span: Span
  /** What was last decided for the part. */
  readonly current: number
  /** False where a source did not answer for all of the span. */
  readonly complete: boolean
}

export interface PartRule<State> {
  readonly name: string
  readonly every: DurationMs
  readonly signalAge: DurationMs
  /** The part runs this many instances already. */
  begin(part: Part, count: number, now: EpochMs): State
  decide(state: State, seen: PartSeen, now: EpochMs): { readonly state: State; readonly count: number }
}

export type PartStates<State> = Readonly<Record<PartName, State>>

/** The state is null before the first decision. */
export function perPart<State>(
  service: Service,
  rule: PartRule<State>,
): Autoscaler<PartStates<State> | null> {
  const { name, every, signalAge } = rule
  return {
    name,
    every,
    signalAge,
    begin: null,
    decide(states, seen, now) {
      const decided = service.parts.map((part) => {
        const current = seen.counts[part.name] ?? 0
        const before = states?.[part.name] ?? rule.begin(part, current, now)
        const seenOfPart = seenOf(part, seen)
        if (seenOfPart === null) return { name: part.name, state: before, count: current }
        return { name: part.name, ...rule.decide(before, seenOfPart, now) }
      })
      const counts = Object.fromEntries(decided.map(({ name, count }) => [name, count]))
      return {
        state: Object.fromEntries(decided.map(({ name, state }) => [name, state])),
        counts: withinParts(service, counts),
      }
    },
  }
}

export function withinParts(service: Service, counts: InstanceCounts): InstanceCounts {
  return Object.fromEntries(
    service.parts.map(({ name, minInstances, maxInstances }) => [
      name,
      clamp(counts[name] ?? 0, minInstances, maxInstances),
    ]),
  )
}

export const clamp = (value: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, value))

/** Null while nothing is known of the part. */
function seenOf(part: Part, { observation, use, counts }: Seen): PartSeen | null {
  const observed = observation.parts.find((candidate) => candidate.part === part.name)
  const used = use.find((candidate) => candidate.part === part.name)
  if (observed === undefined || used === undefined) return null
  return {
    part,
    observation: observed,
    use: used,
    span: observation.span,
    current: counts[part.name] ?? 0,
    complete: observation.complete,
  }
}
