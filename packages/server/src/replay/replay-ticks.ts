/**
 * Decides recorded ticks again. What each of them was decided from is on record but for the state: that is
 * taken from a checkpoint and then from one decision to the next, as the loop does.
 */
import {
  canonicalJson,
  decisionEntry,
  isWorthAnEntry,
  saidBy,
  tick,
  type DecideInput,
  type DesiredInstance,
  type Said,
  type ServiceState,
  type TickDecision,
} from '@holdfast/core/control'
import type { EpochMs } from '@holdfast/core/units'
import type { Checkpoint, RecordedLine, RecordedTick } from '../recording/index.ts'

export type ReplayStep =
  | ReplayedTick
  /** Nothing is on record between the two: the loop did not run, or it was killed before it was stored. */
  | {
      readonly kind: 'gap'
      readonly from: EpochMs
      readonly to: EpochMs
      /** A loop that starts looks back on a span in which another one may still have decided. */
      readonly nextTick: EpochMs
    }
  /** A checkpoint holds another state than deciding again has led to. */
  | {
      readonly kind: 'other-state'
      readonly at: EpochMs
      readonly recorded: unknown
      readonly replayed: unknown
    }

interface ReplayedTick {
  readonly kind: 'tick'
  readonly input: DecideInput
  readonly decision: TickDecision
  /** The body of the journal's entry, as decided now; null where the tick is worth none. */
  readonly entry: string | null
}

/** What is known before the next tick. */
interface Known {
  readonly terms: Checkpoint
  readonly state: ServiceState
  readonly said: Said
  readonly desired: readonly DesiredInstance[]
}

/** Ticks before the first checkpoint are left out: from what state they started is not known. */
export function* replayTicks(lines: Iterable<RecordedLine>): Generator<ReplayStep, void, undefined> {
  let known: Known | null = null
  let checkpoint: Checkpoint | null = null
  let before: EpochMs | null = null
  for (const line of lines) {
    if (line.kind === 'checkpoint') {
      checkpoint = line
      continue
    }
    const { from } = line.observation.span
    if (before !== null && from > before) yield { kind: 'gap', from: before, to: from, nextTick: line.now }
    if (checkpoint !== null) {
      if (known !== null && checkpoint.reason !== 'start')
        yield* otherState(checkpoint, known.state, line.now)
      known = startFrom(checkpoint)
      checkpoint = null
    }
    if (known === null) continue
    const step = replayTick(line, known)
    known = {
      terms: known.terms,
      state: step.decision.state,
      said: saidBy(step.decision),
      desired: step.input.desired,
    }
    before = line.now
    yield step
  }
}

const startFrom = (checkpoint: Checkpoint): Known => ({
  terms: checkpoint,
  state: checkpoint.state,
  said: checkpoint.said,
  desired: [],
})

function* otherState(
  { state: recorded }: Checkpoint,
  replayed: ServiceState,
  at: EpochMs,
): Generator<ReplayStep, void, undefined> {
  if (canonicalJson(recorded) !== canonicalJson(replayed))
    yield { kind: 'other-state', at, recorded, replayed }
}

function replayTick(line: RecordedTick, { terms, state, said, desired }: Known): ReplayedTick {
  const { service, agreements, version } = terms
  const { now, generation, observation, dependencies, share } = line
  const input: DecideInput = {
    service,
    agreements,
    state,
    generation,
    desired: line.desired ?? desired,
    observation,
    dependencies,
    now,
    ...(share === undefined ? {} : { share }),
  }
  const [decision] = tick([input])
  if (decision === undefined) throw new Error('A tick of one service must give one decision.')
  const entry = isWorthAnEntry(decision, said) ? decisionEntry(input, decision, version).body : null
  return { kind: 'tick', input, decision, entry }
}
