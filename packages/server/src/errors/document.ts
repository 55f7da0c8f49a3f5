/**
 * A problem as the RFC 9457 document that HTTP sends and the CLI prints with `--json`. The `type` is a
 * relative reference into the page of errors that every server carries itself, so it needs no host.
 */
import type { ProblemDocument } from '../http/api.ts'
import { problemCodes } from './codes.ts'
import type { Fault, Problem } from './problem.ts'

export const problemMediaType = 'application/problem+json'

export function problemDocument({ code, detail, faults }: Problem): ProblemDocument {
  const { title, status, hint } = problemCodes[code]
  return { type: `/docs/errors#${code}`, title, status, detail, code, hint, faults: faults.map(flatFault) }
}

function flatFault({ message, hint, place }: Fault): ProblemDocument['faults'][number] {
  return { message, hint, ...place }
}
