/**
 * The instances of a service whose work is to be done by a time (A3.21): what it has done so far is counted from
 * what is observed, and the pace follows from what is left. While there is work its parts run by that pace
 * alone, below their minimum too; when it is done nothing runs.
 */
import { costCap, type BatchWork, type Part } from '../agreement/index.ts'
import {
  byCapacityAlone,
  capacityOf,
  hourlyCost,
  paceOf,
  totalOf,
  type InstanceCounts,
  type LadderProblem,
  type Pace,
} from '../allocation/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import {
  durationMs,
  formatDuration,
  perSecond,
  roughRate,
  type EpochMs,
  type PartName,
} from '../units/index.ts'
import type { AllocateInput, Allocation } from './allocate.ts'
import { ladderProblemOf } from './ladder-problem.ts'
import { leadOf } from './lead.ts'
import type { Reason, ReasonCode } from './plan.ts'
import { rationed } from './ration.ts'

/** What is remembered of the work; null for a service that has none. */
export interface BatchProgress {
  readonly operations: number
  readonly deadline: EpochMs
  readonly since: EpochMs
  readonly done: number
  /** What busy instances do, as a share of what the model says they can. */
  readonly yieldShare: number
  /** Share of the instances' time that is lost to failures. */
  readonly lostShare: number
}

/** What is learned of the work fades over these times. */
const YIELD_MEMORY_MS = 600_000
const LOST_MEMORY_MS = 3_600_000
/** An entry part with so much of its stations in use is busy: what it does then is what it can do. */
const BUSY_SHARE = 0.8
const LEAST_YIELD = 0.1
const MOST_YIELD = 1.5
/** Fewer instances are taken away only where this much more than needed would still be done. */
const MARGIN = 1.15
/** What a deadline is worth where it can be kept, in terms of what keeping it takes. */
const WORTH_OF_DEADLINE = 20

/** New work begins when the old one is done or its deadline has passed; else what is changed is the same work. */
export function followBatch(
  before: BatchProgress | null,
  work: BatchWork | null,
  observation: ServiceObservation,
  now: EpochMs,
): BatchProgress | null {
  if (work === null) return null
  const isOther =
    before !== null && (before.operations !== work.operations || before.deadline !== work.deadline)
  const isOver = before !== null && (before.done >= before.operations || before.deadline <= now)
  if (before === null || (isOther && isOver))
    return {
      ...work,
      since: now,
      done: 0,
      yieldShare: before?.yieldShare ?? 1,
      lostShare: before?.lostShare ?? 0,
    }
  return {
    ...before,
    ...work,
    done: before.done + observation.completed,
    lostShare: lostShare(before.lostShare, observation),
  }
}

function lostShare(before: number, { parts, span }: ServiceObservation): number {
  const present = parts.flatMap(({ instances }) => instances)
  if (present.length === 0) return before
  const lost = present.filter(
    ({ phase, restarts }) =>
      phase === 'failed' || phase === 'backing-off' || (phase === 'starting' && restarts > 0),
  )
  const weight = 1 - Math.exp(-(span.to - span.from) / LOST_MEMORY_MS)
  return before + weight * (lost.length / present.length - before)
}

/** Learned while operations wait or the entry part is busy; before that a rate says nothing of what could be. */
export function followYield(
  progress: BatchProgress | null,
  problem: LadderProblem | null,
  { parts, span, completed }: ServiceObservation,
): BatchProgress | null {
  const entry = problem?.parts[0]
  if (progress === null || entry === undefined) return progress
  const seen = parts.find(({ part }) => part === entry.part)
  const ready = seen?.instances.filter(({ phase }) => phase === 'ready').length ?? 0
  const stations = ready * entry.stations.perInstance
  const seconds = (span.to - span.from) / 1_000
  if (seen === undefined || stations === 0 || seconds <= 0) return progress
  // One that starts within the span is not ready for all of it.
  if (seen.instances.some(({ phase, phaseSince }) => phase === 'ready' && phaseSince > span.from))
    return progress
  if (seen.queued === 0 && seen.inPartMean < BUSY_SHARE * stations) return progress
  const share = completed / seconds / (ready * capacityOf(entry.stations))
  const weight = 1 - Math.exp(-(seconds * 1_000) / YIELD_MEMORY_MS)
  const yieldShare = progress.yieldShare + weight * (share - progress.yieldShare)
  return { ...progress, yieldShare: Math.min(MOST_YIELD, Math.max(LEAST_YIELD, yieldShare)) }
}

export function allocateBatch(input: AllocateInput, progress: BatchProgress): Allocation {
  const problem = ladderProblemOf(input, [])
  if (problem === null) return withoutModel(input, progress)
  const pace = paceFor(input, progress, problem)
  const wanted = countsFor(input, progress, problem, pace)
  const counts = rationed(wanted, input.share?.atMost ?? Infinity, null, 0)
  const worth =
    pace.kind === 'hurries' && pace.isInReach ? WORTH_OF_DEADLINE * hourlyCost(problem, wanted) : 0
  const wants = totalOf(wanted)
  const reason = paceReason(pace, progress, input.now)
  return batchAllocation(input, {
    counts,
    reasons: [...(input.share?.reasons ?? []), reason],
    reason: totalOf(counts) < wants ? (input.share?.reasons[0] ?? reason) : reason,
    bid: {
      wants,
      atLeast: 0,
      lossAt: (instances) => (wants === 0 ? 0 : (worth * (wants - instances)) / wants),
      totalAt: () => null,
    },
  })
}

function paceFor(input: AllocateInput, progress: BatchProgress, problem: LadderProblem): Pace {
  const { service, now, share } = input
  const { done, operations, since, deadline, yieldShare } = progress
  const perInstance = (i: number): number => {
    const part = problem.parts[i]
    return part === undefined ? 0 : (capacityOf(part.stations) * yieldShare) / part.visits
  }
  const instancesPerRate = problem.parts.reduce((sum, _, i) => sum + 1 / perInstance(i), 0)
  const most = Math.min(
    ...problem.parts.map(({ atMost }, i) => atMost * perInstance(i)),
    (problem.atMost ?? Infinity) / instancesPerRate,
    dearest(input, problem) / instancesPerRate,
  )
  return paceOf({
    left: operations - done,
    since,
    now,
    deadline,
    lead: leadOf(service),
    most,
    instancesPerRate,
    lostShare: progress.lostShare,
    capacity: share?.capacity ?? null,
    slots: share?.slots ?? [],
  })
}

/** Instances that a cap on the cost allows, all parts alike. */
function dearest({ terms }: AllocateInput, { parts }: LadderProblem): number {
  const cap = costCap(terms)?.microsPerHour ?? null
  const price = parts.reduce((sum, part) => sum + part.price, 0) / parts.length
  return cap === null ? Infinity : cap / price
}

/** What is there stays where a little more than needed would still take it, so that the pace does not waver. */
function countsFor(
  { service, state, observation }: AllocateInput,
  { yieldShare }: BatchProgress,
  problem: LadderProblem,
  { rate }: Pace,
): InstanceCounts {
  const none = Object.fromEntries(service.parts.map(({ name }) => [name, 0]))
  const held = observation.complete ? none : { ...none, ...state.wanted }
  if (rate <= 0) return held
  const needed = byCapacityAlone({ ...problem, rate: rate / yieldShare }).counts
  const ample = byCapacityAlone({ ...problem, rate: (rate * MARGIN) / yieldShare }).counts
  const counts = problem.parts.map(({ part, atMost }) => {
    const [least, most] = [needed[part] ?? 0, ample[part] ?? 0]
    const kept = Math.min(state.wanted[part] ?? 0, observation.complete ? most : Infinity)
    return [part, Math.min(atMost, Math.max(least, kept))]
  })
  const all: InstanceCounts = { ...runningBeside(service.parts, problem), ...Object.fromEntries(counts) }
  return problem.atMost === null ? all : rationed(all, problem.atMost + besideOf(all, problem), null, 0)
}

/** Parts that no operation comes to run at their minimum while there is work. */
const runningBeside = (parts: readonly Part[], problem: LadderProblem): InstanceCounts =>
  Object.fromEntries(
    parts.flatMap(({ name, minInstances }) =>
      problem.parts.some(({ part }) => part === name) ? [] : [[name, minInstances]],
    ),
  )

const besideOf = (counts: InstanceCounts, { parts }: LadderProblem): number =>
  totalOf(counts) - parts.reduce((sum, { part }) => sum + (counts[part] ?? 0), 0)

/** Without characteristics nothing says how few are enough, so all that may run do until the work is done. */
function withoutModel(input: AllocateInput, progress: BatchProgress): Allocation {
  const left = progress.operations - progress.done
  const wanted: InstanceCounts = Object.fromEntries(
    input.service.parts.map(({ name, maxInstances }) => [name, left > 0 ? maxInstances : 0]),
  )
  const reason: Reason =
    left > 0
      ? {
          code: 'batch-pace',
          part: null,
          says: `${left} operations are left. Without expected characteristics all instances run; holdfast profile finds out how many are enough.`,
        }
      : doneReason(progress)
  const counts = rationed(wanted, input.share?.atMost ?? Infinity, null, 0)
  const bid = { wants: totalOf(wanted), atLeast: 0, lossAt: () => 0, totalAt: () => null }
  return batchAllocation(input, { counts, reasons: [...(input.share?.reasons ?? []), reason], reason, bid })
}

interface BatchParts extends Pick<Allocation, 'counts' | 'reasons' | 'bid'> {
  readonly reason: Reason
}

function batchAllocation({ state }: AllocateInput, made: BatchParts): Allocation {
  const { counts, reasons, reason, bid } = made
  return {
    counts,
    scale: state.scale,
    spares: {},
    binding: () => null,
    predicted: new Map(),
    reasons,
    bid,
    reasonFor: (part: PartName) =>
      state.wanted[part] === counts[part]
        ? { code: 'lost-instance', part, says: `Of the instances of part ${part} one or more are not there.` }
        : { ...reason, part },
  }
}

const doneReason = ({ operations }: BatchProgress): Reason => ({
  code: 'batch-done',
  part: null,
  says: `All ${operations} operations are done; nothing runs any more.`,
})

const CODES: Readonly<Record<Exclude<Pace['kind'], 'done'>, ReasonCode>> = {
  steady: 'batch-pace',
  'in-valley': 'batch-pace',
  waits: 'batch-waits',
  hurries: 'batch-pace',
}

function paceReason({ kind, rate, isInReach }: Pace, progress: BatchProgress, now: EpochMs): Reason {
  if (kind === 'done') return doneReason(progress)
  const { operations, done, deadline } = progress
  const left = `${operations - done} of ${operations} operations are left`
  const when =
    deadline > now
      ? `with ${formatDuration(durationMs(roundMs(deadline - now)))} to the deadline`
      : 'after the deadline'
  const pace = `${left} ${when}: ${roughRate(perSecond(rate))}`
  if (!isInReach) {
    const says = `${pace}, all that may run, is not enough to be done in time.`
    return { code: 'batch-late', part: null, says }
  }
  return { code: CODES[kind], part: null, says: WORDS[kind](left, when, pace) }
}

const WORDS: Readonly<
  Record<Exclude<Pace['kind'], 'done'>, (left: string, when: string, pace: string) => string>
> = {
  steady: (_left, _when, pace) => `${pace} is enough.`,
  'in-valley': (_left, _when, pace) => `${pace} now, while others need less than they will.`,
  waits: (left, when) =>
    `${left} ${when}: the work waits, as others need the room now and there is enough later.`,
  hurries: (_left, _when, pace) => `${pace} is needed to be done in time, more than is free.`,
}

/** As people say it: in minutes, the last minutes in seconds. */
const roundMs = (ms: number): number =>
  ms > 600_000 ? Math.round(ms / 60_000) * 60_000 : Math.ceil(ms / 1_000) * 1_000
