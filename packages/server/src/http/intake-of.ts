/** Where what is pushed for a service goes; a problem where there is no such service or no room for one more source. */
import type { SourceName } from '@holdfast/core/units'
import { problem, ProblemError } from '../errors/index.ts'
import type { Intake } from '../sources/index.ts'
import type { HttpContext } from './context.ts'

export function intakeOf({ intakes }: HttpContext, service: string, source: SourceName): Intake {
  const intake = intakes.of(service, source)
  if (intake !== null) return intake
  throw new ProblemError(
    problem('not-found', `There is no service "${service}" that takes in what the source "${source}" tells.`),
  )
}

/** What is not stored is not acknowledged: whoever sent it sends it again, and it is counted once. */
export const notStored = (service: string): ProblemError =>
  new ProblemError(
    problem(
      'not-ready',
      `What was told of "${service}" is not stored yet; it is counted once, however often it is sent.`,
    ),
  )
