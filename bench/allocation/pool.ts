/** Runs jobs on as many threads as there are cores, the longest first; what they give does not depend on it. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { DurationMs } from '@holdfast/core/units'
import { secondsOf, type Trace } from '@holdfast/simulator'
import type { Contender } from './contenders.ts'
import type { Outcome } from './outcome.ts'

export interface Job {
  /** Its place among the loads. */
  readonly trace: number
  readonly contender: Contender
}

/** A load, and from when on what comes of it counts. */
export interface Load {
  readonly trace: Trace
  readonly figuresFrom: DurationMs
}

export interface Done {
  readonly job: Job
  readonly outcome: Outcome
  readonly tookMs: number
}

/** More threads than these gain little, and each works its own sizings out. */
const MOST_THREADS = 8

/** What all threads work on. */
export interface Work {
  readonly loads: readonly Load[]
  readonly quick: boolean
}

export async function runJobs(
  work: Work,
  jobs: readonly Job[],
  onDone: (done: Done, left: number) => void,
): Promise<readonly Done[]> {
  const waiting = jobs.toSorted((a, b) => lengthOf(work, a) - lengthOf(work, b))
  const done: Done[] = []
  const threads = Math.min(availableParallelism(), MOST_THREADS, jobs.length)
  await Promise.all(
    Array.from({ length: threads }, () =>
      runThread(work, waiting, (one) => {
        done.push(one)
        onDone(one, jobs.length - done.length)
      }),
    ),
  )
  return done.toSorted((a, b) => jobs.indexOf(a.job) - jobs.indexOf(b.job))
}

/** Takes jobs from the end of what waits until nothing does. */
function runThread(work: Work, waiting: Job[], onDone: (done: Done) => void): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: work })
  return new Promise<void>((resolve, reject) => {
    let job: Job | undefined
    const next = (): void => {
      job = waiting.pop()
      if (job === undefined) return resolve()
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads are no windows
      worker.postMessage(job)
    }
    worker.on('message', (message: Done) => {
      // What comes back is a copy; the caller knows the job itself.
      if (job !== undefined) onDone({ ...message, job })
      next()
    })
    worker.on('error', reject)
    next()
  }).finally(() => worker.terminate())
}

/** Holdfast decides with a model, which takes longer than a rule; who knows the load tries many plans. */
const lengthOf = ({ loads }: Work, { trace, contender }: Job): number => {
  const load = loads[trace]
  const times = contender.kind === 'holdfast' || contender.kind === 'clairvoyant' ? 10 : 1
  return load === undefined ? 0 : secondsOf(load.trace) * times
}
