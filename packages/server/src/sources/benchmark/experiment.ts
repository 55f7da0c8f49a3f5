/** The experiment of `holdfast profile` on one part of a service, bounded in time, for the benchmark source. */
import type { PartName } from '@holdfast/core/units'
import { ProblemError } from '../../errors/index.ts'
import { profileService, type Subject } from '../../profile/index.ts'
import { SourceError } from '../source.ts'
import type { Experiment } from './open-benchmark.ts'

export interface ExperimentOf {
  readonly part: PartName
  /** The service as it is declared now. */
  readonly subject: () => Promise<Subject>
}

/** One experiment at a time on this machine: two would measure each other. */
let turn: Promise<unknown> = Promise.resolve()

export const createExperiment =
  ({ part, subject }: ExperimentOf): Experiment =>
  (reads, signal) => {
    const mine = turn.then(async () => {
      signal.throwIfAborted()
      const profiles = await profileService({
        subject: await subject(),
        part,
        requests: reads.requests.map(({ method, target, body }) => ({
          part,
          request: requestOf(method, target, body),
        })),
        budgetMs: reads.length,
        signal,
        tell: () => {},
      }).catch((error: unknown) => {
        throw error instanceof ProblemError
          ? new SourceError('failed', error.problem.detail)
          : (error as Error)
      })
      const found = profiles.find((one) => one.part === part)
      if (found === undefined)
        throw new SourceError('failed', `The experiment found nothing of part ${part}.`)
      return {
        capacityPerSecond: found.capacityPerSecond.value,
        serviceMeanMs: found.serviceMeanMs.value,
        startMs: found.startMs.value,
      }
    })
    turn = mine.catch(() => undefined)
    return mine
  }

function requestOf(method: string, target: string, text: string | null) {
  const body = text === null ? null : Buffer.from(text)
  const headers = body === null ? {} : { 'content-type': 'application/json', 'content-length': body.length }
  return { method, target, headers, body }
}
