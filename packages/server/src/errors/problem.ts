/**
 * What went wrong, as a value: a code from the table, a sentence that says what is wrong and what to do,
 * and the places in the input. HTTP prints it as RFC 9457 problem+json, the CLI as lines.
 */
import type { ProblemCode } from './codes.ts'

/** Where in an input something is wrong: file:line:column and a JSON pointer, as far as they are known. */
export interface Place {
  readonly source?: string
  readonly line?: number
  readonly column?: number
  readonly pointer?: string
}

export interface Fault {
  readonly message: string
  /** What to write instead, or "did you mean …"; empty when there is nothing to say. */
  readonly hint: string
  readonly place: Place
}

export interface Problem {
  readonly code: ProblemCode
  readonly detail: string
  readonly faults: readonly Fault[]
}

/** Carries a problem through code that can only throw, such as a request handler. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

export const problem = (code: ProblemCode, detail: string, faults: readonly Fault[] = []): Problem => ({
  code,
  detail,
  faults,
})
