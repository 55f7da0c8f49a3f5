/**
 * Drives a part: at a rate, with arrivals that are due by chance whatever the part does and are timed from when they
 * were due; or with one operation at a time, to see what one takes that waits for nothing.
 */
import { performance } from 'node:perf_hooks'
import { createStepWatch, type StepPlan, type StepResult } from '@holdfast/core/profile'
import { exponential, type Random } from '@holdfast/core/stats'
import { durationMs, type PartName } from '@holdfast/core/units'
import { systemClock } from '../clock.ts'
import type { SampleRequest } from './requests.ts'
import { succeeded, type Answered, type Sender } from './send.ts'
import { Interrupted, type Span, type Workshop } from './workshop.ts'

export interface Drive {
  readonly part: PartName
  readonly workshop: Workshop
  readonly sender: Sender
  readonly requests: readonly SampleRequest[]
  readonly random: Random
  readonly signal: AbortSignal
}

/** How often a step is looked at when nothing is due. */
const LOOK_EVERY_MS = 20

/** Work that piled up is let finish before the next step, but not for ever. */
const DRAIN_WITHIN_MS = 60_000

/** When so many are sent later than this, the machine was at its end, for a moment at least. */
const LATE_MS = 20
const LATE_RATIO = 0.2
const LATE_LEAST = 50

const MS_PER_SECOND = 1_000

export interface DrivenStep {
  readonly result: StepResult
  readonly span: Span
  readonly elapsedMs: number
  /** The operations could not be sent when they were due: what the step shows is not of the part. */
  readonly isLate: boolean
}

/** Ends when the step has shown what it can and everything that was sent has come back. */
export async function driveAt(drive: Drive, plan: StepPlan): Promise<DrivenStep> {
  const { part, workshop, sender, requests, random, signal } = drive
  const url = workshop.url(part)
  const meanGapMs = MS_PER_SECOND / plan.ratePerSecond
  workshop.measure(part)
  const startMs = performance.now()
  const watch = createStepWatch(plan, startMs)
  const sent = new Set<Promise<void>>()
  let dueMs = startMs + exponential(random, meanGapMs)
  let [count, late] = [0, 0]
  const send = (): void => {
    const request = requests[count % requests.length]
    if (request === undefined || !watch.arrives(dueMs)) return
    const sending = sender.send(url, request, signal).then((answer) => {
      watch.ends(performance.now(), succeeded(answer))
      sent.delete(sending)
    })
    sent.add(sending)
  }
  let result: StepResult | null = null
  while (result === null) {
    for (let nowMs = performance.now(); dueMs <= nowMs; dueMs += exponential(random, meanGapMs)) {
      send()
      count += 1
      if (nowMs - dueMs > LATE_MS) late += 1
    }
    await pause(Math.min(LOOK_EVERY_MS, dueMs - performance.now()), signal)
    result = watch.result(performance.now())
  }
  const elapsedMs = performance.now() - startMs
  const span = workshop.measure(part)
  await drained(sent, signal)
  const isLate = count >= LATE_LEAST && late > LATE_RATIO * count
  return { result, span, elapsedMs, isLate }
}

export interface Alone {
  readonly answer: Answered
  readonly responseMs: number
  /** The part's own time; null for an operation that failed. */
  readonly serviceMs: number | null
  /** By the part itself. */
  readonly calls: Readonly<Record<PartName, number>>
}

/** The answer is here a little before the gateway has written down that it went. */
const WRITTEN_DOWN_WITHIN_MS = 1_000

export async function driveAlone(drive: Drive, nth: number): Promise<Alone> {
  const { part, workshop, sender, requests, signal } = drive
  const request = requests[nth % requests.length]
  if (request === undefined) throw new Error(`nothing to send to ${part}`)
  workshop.measure(part)
  const sentMs = performance.now()
  const answer = await sender.send(workshop.url(part), request, signal)
  const responseMs = performance.now() - sentMs
  if (signal.aborted) throw new Interrupted()
  const calls: Record<string, number> = {}
  for (;;) {
    const { own, calls: made } = workshop.measure(part)
    for (const { caller, part: called, arrivals } of made)
      if (caller === part) calls[called] = (calls[called] ?? 0) + arrivals
    const { count, sum } = own.serviceMs
    if (count > 0) return { answer, responseMs, serviceMs: sum / count, calls }
    const isLost = performance.now() - sentMs > responseMs + WRITTEN_DOWN_WITHIN_MS
    if (!succeeded(answer) || isLost) return { answer, responseMs, serviceMs: null, calls }
    await pause(1, signal)
  }
}

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await systemClock.sleep(durationMs(Math.max(0, ms)), signal)
  if (signal.aborted) throw new Interrupted()
}

async function drained(sent: ReadonlySet<Promise<void>>, signal: AbortSignal): Promise<void> {
  const byMs = performance.now() + DRAIN_WITHIN_MS
  while (sent.size > 0 && performance.now() < byMs) await pause(LOOK_EVERY_MS, signal)
}
