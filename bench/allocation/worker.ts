/** One thread of the comparison: runs what it is told, one contender on one load after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Trace } from '@holdfast/simulator'
import { runContender } from './run-contender.ts'
import type { Done, Job } from './pool.ts'

const traces = workerData as readonly Trace[]

parentPort?.on('message', (job: Job) => {
  const trace = traces[job.trace]
  if (trace === undefined) throw new RangeError(`There is no load ${job.trace}.`)
  const began = performance.now()
  const outcome = runContender(trace, job.contender)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads are no windows
  parentPort?.postMessage({ job, outcome, tookMs: performance.now() - began } satisfies Done)
})
