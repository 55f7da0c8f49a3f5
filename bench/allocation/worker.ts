/** One thread of the comparison: runs what it is told, one contender on one load after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import { runContender } from './run-contender.ts'
import type { Done, Job, Work } from './pool.ts'

const { loads, quick } = workerData as Work

parentPort?.on('message', (job: Job) => {
  const load = loads[job.trace]
  if (load === undefined) throw new RangeError(`There is no load ${job.trace}.`)
  const began = performance.now()
  const outcome = runContender({ ...load, contender: job.contender, quick })
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads are no windows
  parentPort?.postMessage({ job, outcome, tookMs: performance.now() - began } satisfies Done)
})
