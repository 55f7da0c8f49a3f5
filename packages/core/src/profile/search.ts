/**
 * Finds the knee: the rate from which on throughput no longer follows what is offered. Pure: from what the steps so far
 * have shown to the next step, or to the capacity.
 *
 * 1. Rise by doubling, in short steps, until a step is saturated. What comes out of it is the capacity already, unless
 *    the part gives less under pressure than it could.
 * 2. Confirm just below it that the part follows, and just above it that it does not.
 * 3. Where these contradict the throughput, or there is none, bisect between the highest rate that was followed and the
 *    lowest that was not until they are 5 % apart.
 */
import type { Estimate } from './estimate.ts'
import { relativeWidth } from './estimate.ts'
import { USABLE_PRECISION, type StepResult } from './step-watch.ts'

export interface SearchBounds {
  readonly firstPerSecond: number
  /** Nothing is driven faster. */
  readonly mostPerSecond: number
}

export interface Capacity extends Estimate {
  /** `found`; or only known to be at least `value`, because of what `by` names. */
  readonly bound: { readonly kind: 'found' } | { readonly kind: 'at-least'; readonly by: string }
  /** The highest rate at which nothing piled up, less what could not be seen. */
  readonly sustainedPerSecond: number
}

export type NextStep =
  | { readonly kind: 'try'; readonly ratePerSecond: number; readonly phase: 'rise' | 'refine' }
  | { readonly kind: 'done'; readonly capacity: Capacity }
  /** It fails at every rate; or the time was too short to see it follow any. */
  | { readonly kind: 'nothing'; readonly because: 'fails' | 'short' }

/** Twice as fast each time: a thousandfold in ten steps. */
const GROWTH = 2

const KNEE_WIDTH = 1.05

/** Where the throughput is confirmed: a stable queue is told from a growing one there, but not much nearer. */
const BELOW = 0.9
const ABOVE = 1.15

/** A step this near to where it was wanted counts as it. */
const NEAR = 0.05

/** A step that could have hidden no more than the rest of it has shown its rate. */
const TELLING_SHARE = 0.85

/** More only happen where the part changes while it is measured; what is known by then has to do. */
const MAX_STEPS = 30

/** Below it nothing is served that could be called a capacity. */
const LEAST_PER_SECOND = 0.01

export function nextStep(steps: readonly StepResult[], bounds: SearchBounds, timeIsOver: boolean): NextStep {
  const known = whatIsKnown(steps)
  const limited = steps.findLast((step) => step.kind === 'limited')
  const isOver = timeIsOver || steps.length >= MAX_STEPS
  if (limited !== undefined) {
    const rate = isOver ? null : belowLimit(steps, limited.ratePerSecond)
    return rate === null ? atLeast(known, limited.by) : { kind: 'try', ratePerSecond: rate, phase: 'refine' }
  }
  if (isOver) return asFarAsKnown(known)
  if (known.saturatedPerSecond === null) return rise(steps, bounds, known)
  const rate = refine(steps, known, known.saturatedPerSecond)
  return rate === null ? asFarAsKnown(known) : { kind: 'try', ratePerSecond: rate, phase: 'refine' }
}

type Followed = Extract<StepResult, { readonly kind: 'follows' }>

interface Known {
  readonly followed: readonly Followed[]
  readonly sustainedPerSecond: number
  /** The highest rate that was followed, as far as the step could tell. */
  readonly followedPerSecond: number
  /** The lowest rate that was not followed. */
  readonly saturatedPerSecond: number | null
  readonly throughput: Estimate | null
}

/** What was followed above a rate that was not followed counts for nothing. */
function whatIsKnown(steps: readonly StepResult[]): Known {
  const notFollowed = steps.flatMap((step) =>
    step.kind === 'saturated' || step.kind === 'fails' ? [step.ratePerSecond] : [],
  )
  const saturatedPerSecond = notFollowed.length === 0 ? null : Math.min(...notFollowed)
  const followed = steps.flatMap((step) =>
    step.kind === 'follows' && step.ratePerSecond < (saturatedPerSecond ?? Infinity) ? [step] : [],
  )
  const throughputs = steps.flatMap((step) => (step.kind === 'saturated' ? [step.throughput] : []))
  // Programs get faster while they warm up: the latest usable figure is the right one.
  const throughput =
    throughputs.findLast((one) => relativeWidth(one) <= USABLE_PRECISION) ??
    throughputs.toSorted((left, right) => relativeWidth(left) - relativeWidth(right))[0] ??
    null
  return {
    followed,
    sustainedPerSecond: Math.max(0, ...followed.map((step) => step.sustainedPerSecond)),
    followedPerSecond: Math.max(0, ...followed.map(shownToFollow)),
    saturatedPerSecond,
    throughput,
  }
}

/** A short step shows less than the rate it was driven at. */
function shownToFollow(step: Followed): number {
  return isTelling(step) ? step.ratePerSecond : step.sustainedPerSecond
}

const isTelling = ({ ratePerSecond, sustainedPerSecond }: Followed): boolean =>
  sustainedPerSecond >= TELLING_SHARE * ratePerSecond

function rise(steps: readonly StepResult[], bounds: SearchBounds, known: Known): NextStep {
  const last = steps.at(-1)
  if (last === undefined) return { kind: 'try', ratePerSecond: bounds.firstPerSecond, phase: 'rise' }
  if (last.ratePerSecond >= bounds.mostPerSecond) return atLeast(known, 'nothing is driven faster')
  const ratePerSecond = Math.min(bounds.mostPerSecond, GROWTH * last.ratePerSecond)
  return { kind: 'try', ratePerSecond, phase: 'rise' }
}

/** What was followed in a short step only is shown in a long one; where nothing was, half of the limit is. */
function belowLimit(steps: readonly StepResult[], limit: number): number | null {
  const below = steps.flatMap((step) => (step.kind === 'follows' && step.ratePerSecond < limit ? [step] : []))
  const rate = below.length === 0 ? limit / GROWTH : Math.max(...below.map((step) => step.ratePerSecond))
  const wasShown = below.some(isTelling) || steps.filter((step) => step.ratePerSecond === rate).length > 1
  return wasShown || rate <= LEAST_PER_SECOND ? null : rate
}

/** The rate to try next, or null when the knee is known. */
function refine(steps: readonly StepResult[], known: Known, saturated: number): number | null {
  const { throughput, followedPerSecond } = known
  if (throughput === null) return bisect(followedPerSecond, saturated)
  const [beyond] = followedBeyond(known)
  // Once may be luck.
  if (beyond !== undefined && !givesLessUnderPressure(known)) return beyond.ratePerSecond
  if (beyond !== undefined) return bisect(followedPerSecond, saturated)
  const tried = (rate: number): boolean =>
    steps.some((step) => Math.abs(step.ratePerSecond / rate - 1) <= NEAR)
  const below = BELOW * throughput.value
  if (!tried(below) && below < saturated) return below
  const above = ABOVE * throughput.value
  if (!tried(above) && above < saturated) return above
  // Saturated below its own throughput: what was measured has changed meanwhile.
  return saturated < below ? bisect(followedPerSecond, saturated) : null
}

/** Steps that were followed at more than comes out when work piles up. */
const followedBeyond = ({ throughput, followed }: Known): readonly Followed[] =>
  throughput === null
    ? []
    : followed.filter((step) => isTelling(step) && step.ratePerSecond > throughput.high)

const givesLessUnderPressure = (known: Known): boolean => followedBeyond(known).length > 1

function bisect(followed: number, saturated: number): number | null {
  if (saturated <= LEAST_PER_SECOND) return null
  if (followed <= 0) return saturated / GROWTH
  return saturated / followed <= KNEE_WIDTH ? null : Math.sqrt(followed * saturated)
}

function asFarAsKnown(known: Known): NextStep {
  const { throughput, saturatedPerSecond, sustainedPerSecond, followedPerSecond } = known
  if (saturatedPerSecond === null) return atLeast(known, 'the time was over before it was saturated')
  const bound = { kind: 'found' } as const
  if (throughput !== null && !givesLessUnderPressure(known))
    return { kind: 'done', capacity: { ...throughput, bound, sustainedPerSecond } }
  if (followedPerSecond <= 0) return nothing(known)
  const value = Math.sqrt(followedPerSecond * saturatedPerSecond)
  const capacity = { value, low: sustainedPerSecond, high: saturatedPerSecond, samples: 0 }
  return { kind: 'done', capacity: { ...capacity, bound, sustainedPerSecond } }
}

const nothing = ({ saturatedPerSecond }: Known): NextStep => ({
  kind: 'nothing',
  because: saturatedPerSecond === null ? 'short' : 'fails',
})

function atLeast(known: Known, by: string): NextStep {
  const { sustainedPerSecond: value, throughput } = known
  const least = Math.max(value, throughput?.low ?? 0)
  if (least <= 0) return nothing(known)
  const capacity = { value: least, low: least, high: Infinity, samples: throughput?.samples ?? 0 }
  return {
    kind: 'done',
    capacity: { ...capacity, bound: { kind: 'at-least', by }, sustainedPerSecond: value },
  }
}
