/** The door of errors: problems as values, the table of their codes, and how both are written down. */
export { problemCodes } from './codes.ts'
export type { ProblemCode } from './codes.ts'
export { problemDocument, problemMediaType } from './document.ts'
export { problem, ProblemError } from './problem.ts'
export type { Fault, Place, Problem } from './problem.ts'
export { documentedCodes, errorReference, retryAdvice } from './reference.ts'
