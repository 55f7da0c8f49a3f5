/**
 * Profiles one part, on an instance that serves nobody else:
 *
 * 1. **Starts** another instance some times: from the order until it is ready, as the loop would wait for it.
 * 2. **Looks** at a few operations one at a time: whether it answers, how long at least, how many calls it makes.
 * 3. **Searches the knee** with Poisson arrivals at the part's own endpoint (core/profile says at which rates). What it
 *    calls has been profiled before and gets so many instances that it is never busy; where it is all the same, the
 *    capacity is only known to be at least what was reached.
 * 4. **Times** operations one at a time, further apart than the part takes them in, so that no waiting is in what is
 *    measured, also of a part that does not report its waiting itself.
 */
import { performance } from 'node:perf_hooks'
import {
  enoughOperations,
  enoughStarts,
  estimateMean,
  estimatePercentile,
  holdsUp,
  instancesBehind,
  nextStep,
  planStep,
  type Capacity,
  type Estimate,
  type PartProfile,
  type StepResult,
} from '@holdfast/core/profile'
import { ratio, type PartName, type Ratio } from '@holdfast/core/units'
import { problem, ProblemError } from '../errors/index.ts'
import { driveAlone, driveAt, pause, type Alone, type Drive } from './drive.ts'
import { requestWords } from './requests.ts'
import { succeeded } from './send.ts'
import type { Crew } from './crew.ts'
import type { SubjectPart } from './subject.ts'

export interface BehindPart {
  readonly name: PartName
  /** How often an operation of the part under test reaches it. */
  readonly visits: number
  readonly capacityPerSecond: number
}

export interface PartTask {
  readonly part: SubjectPart
  readonly drive: Drive
  readonly crew: Crew
  /** All that stand behind it, directly or not, by how often one operation reaches them. */
  readonly behind: (calls: Readonly<Record<PartName, number>>) => readonly BehindPart[]
  readonly budgetMs: number
  readonly tell: (event: PartEvent) => void
}

export type PartEvent =
  | { readonly kind: 'started'; readonly ms: number; readonly times: number }
  | { readonly kind: 'driving'; readonly ratePerSecond: number }
  | { readonly kind: 'driven'; readonly result: StepResult }
  | { readonly kind: 'timing'; readonly operations: number }

/** Of what one part may take altogether. */
const STARTS_SHARE = 0.2
const SEARCH_SHARE = 0.5
const TIMING_SHARE = 0.25

const LOOKS = 10
const LEAST_LOOKS = 4
const LOOK_WITHIN_SHARE = 0.05

/** Half of what a part could do that works on one operation at a time. */
const FIRST_LOAD = 0.5

/** Beyond it this one process is the limit, which sends, routes and measures all of it. */
const MOST_PER_SECOND = 2_000

/** A machine that was busy for a moment is asked again; one that stays so is the limit. */
const MOST_LATE_STEPS = 3

/** Further apart than operations are taken in. */
const APART = 1.1

const DEFAULT_PERCENTILE: Ratio = ratio(0.95)

const MS_PER_SECOND = 1_000

export async function profilePart(task: PartTask): Promise<PartProfile> {
  const { part, budgetMs } = task
  const startMs = await timeStarts(task)
  const looked = await look(task)
  const capacityPerSecond = await searchKnee(task, looked)
  const gapMs = (APART * MS_PER_SECOND) / capacityPerSecond.value
  const timed = await timeOperations(task, gapMs, budgetMs * TIMING_SHARE)
  const servicesMs = timed.flatMap(({ serviceMs }) => (serviceMs === null ? [] : [serviceMs]))
  const percentile = part.expected?.serviceTime.percentile?.ratio ?? DEFAULT_PERCENTILE
  const serviceMeanMs = estimateMean(servicesMs)
  const ms = estimatePercentile(servicesMs, percentile)
  if (serviceMeanMs === null || ms === null)
    throw unanswered(task, timed.at(-1), 'does not answer any more after it was loaded')
  return {
    part: part.name,
    expectedPerSecond: part.expected?.capacity ?? null,
    serviceMeanMs,
    servicePercentile: { ratio: percentile, ms },
    capacityPerSecond,
    startMs,
    calls: part.calls.flatMap((call) => {
      const times = estimateMean(timed.map(({ calls }) => calls[call.part] ?? 0))
      return times === null ? [] : [{ part: call.part, times }]
    }),
  }
}

async function timeStarts({ part, crew, budgetMs, tell }: PartTask): Promise<Estimate> {
  const byMs = performance.now() + budgetMs * STARTS_SHARE
  const startsMs: number[] = []
  while (!enoughStarts(startsMs) && (startsMs.length < 2 || performance.now() < byMs)) {
    const startMs = await crew.startOnce(part)
    startsMs.push(startMs)
    tell({ kind: 'started', ms: startMs, times: startsMs.length })
  }
  const estimate = estimateMean(startsMs)
  if (estimate === null) throw new Error('two starts give an estimate')
  return { ...estimate, low: Math.max(0, estimate.low) }
}

function findsNothing(because: 'fails' | 'short', { name }: SubjectPart): ProblemError {
  return new ProblemError(
    because === 'fails'
      ? problem(
          'part-not-answering',
          `The part "${name}" fails as soon as operations come by chance, however few.`,
        )
      : problem('profile-too-short', `The time was too short to see how much the part "${name}" takes in.`),
  )
}

interface Looked {
  readonly aloneMs: number
  readonly calls: Readonly<Record<PartName, number>>
}

async function look(task: PartTask): Promise<Looked> {
  const byMs = performance.now() + task.budgetMs * LOOK_WITHIN_SHARE
  // So far apart that what stands behind makes none of them wait.
  const gapMs = Math.max(
    0,
    ...task
      .behind({})
      .map(({ visits, capacityPerSecond }) => (APART * MS_PER_SECOND * visits) / capacityPerSecond),
  )
  const seen: Alone[] = []
  while (seen.length < LOOKS && (seen.length < LEAST_LOOKS || performance.now() < byMs)) {
    const one = await driveAlone(task.drive, seen.length)
    if (!succeeded(one.answer)) throw unanswered(task, one, 'cannot be driven')
    seen.push(one)
    await pause(gapMs - one.responseMs, task.drive.signal)
  }
  const calls = task.part.calls.map((call) => {
    const made = seen.reduce((sum, { calls }) => sum + (calls[call.part] ?? 0), 0)
    return [call.part, made / seen.length] as const
  })
  // The quickest: the first is slow in a fresh program, and later ones may have waited for those before.
  const aloneMs = Math.min(...seen.map(({ responseMs }) => responseMs))
  return { aloneMs, calls: Object.fromEntries(calls) }
}

async function searchKnee(task: PartTask, { aloneMs, calls }: Looked): Promise<Capacity> {
  const { part, drive, crew, tell } = task
  const budgetMs = task.budgetMs * SEARCH_SHARE
  let leftMs = budgetMs
  const bounds = {
    firstPerSecond: (FIRST_LOAD * MS_PER_SECOND) / aloneMs,
    mostPerSecond: MOST_PER_SECOND,
  }
  const behind = task.behind(calls)
  const steps: StepResult[] = []
  let lateSteps = 0
  for (;;) {
    const next = nextStep(steps, bounds, leftMs <= 0)
    if (next.kind === 'done') return next.capacity
    if (next.kind === 'nothing') throw findsNothing(next.because, part)
    const { ratePerSecond } = next
    const instances = await crew.standBehind(
      behind.map(({ name, visits, capacityPerSecond }) => ({
        name,
        instances: instancesBehind(ratePerSecond, visits, capacityPerSecond),
      })),
    )
    tell({ kind: 'driving', ratePerSecond })
    // Starting what stands behind takes none of the time for measuring.
    const beganMs = performance.now()
    const { result, span, elapsedMs, isLate } = await driveAt(drive, planStep(next, aloneMs, budgetMs))
    leftMs -= performance.now() - beganMs
    if (isLate && lateSteps < MOST_LATE_STEPS) {
      lateSteps += 1
      continue
    }
    const busy = behind.find(({ name, capacityPerSecond }) => {
      const completedPerSecond = (MS_PER_SECOND * (span.completedBy[name] ?? 0)) / elapsedMs
      return holdsUp(completedPerSecond, instances[name] ?? 1, capacityPerSecond)
    })
    const isHeldUp = busy !== undefined && result.kind !== 'follows'
    const by = isLate ? 'this machine could not send faster' : `part "${busy?.name}" behind it was at its end`
    const told: StepResult = isLate || isHeldUp ? { kind: 'limited', ratePerSecond, by } : result
    steps.push(told)
    tell({ kind: 'driven', result: told })
  }
}

async function timeOperations(task: PartTask, gapMs: number, withinMs: number): Promise<readonly Alone[]> {
  const { drive, tell } = task
  const byMs = performance.now() + withinMs
  const timed: Alone[] = []
  const services: number[] = []
  let failed = 0
  while (!enoughOperations(services) && (timed.length < LOOKS || performance.now() < byMs)) {
    const sentMs = performance.now()
    const one = await driveAlone(drive, timed.length + failed)
    if (succeeded(one.answer)) timed.push(one)
    else failed += 1
    if (failed > MOST_FAILED) throw unanswered(task, one, 'answers with errors again and again')
    if (one.serviceMs !== null) services.push(one.serviceMs)
    tell({ kind: 'timing', operations: timed.length })
    await pause(gapMs - (performance.now() - sentMs), drive.signal)
  }
  return timed
}

/** Single errors happen to real programs; their times are left out. */
const MOST_FAILED = 5

/** Statuses by which programs say that something is missing in the request. */
const LACKING = new Set([400, 411, 415, 422])

function unanswered({ part, drive }: PartTask, alone: Alone | undefined, what: string): ProblemError {
  const [request] = drive.requests
  const asked = request === undefined ? 'a request' : requestWords(request)
  const status = alone?.answer.status ?? null
  const how = status === null ? 'no answer' : `status ${status}`
  const says = alone?.answer.says.trim() ?? ''
  const body =
    status !== null && LACKING.has(status)
      ? `It may need a body: --request '${part.name}: POST /path {"item": 7}'.`
      : `Say what to send it: --request '${part.name}: GET /path'.`
  return new ProblemError(
    problem('part-not-answering', `The part "${part.name}" ${what}: ${asked} is answered with ${how}.`, [
      { message: says === '' ? 'The answer is empty.' : says, hint: body, place: { source: part.name } },
    ]),
  )
}
