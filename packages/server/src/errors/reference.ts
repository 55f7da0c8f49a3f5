/**
 * The reference of every error, written from the table of codes: docs/reference/errors.md and the page
 * /docs/errors say the same because both come from here.
 */
import { problemCodes, type CodeEntry, type ProblemCode } from './codes.ts'

export interface DocumentedCode {
  readonly code: ProblemCode
  readonly entry: CodeEntry
}

/** All codes in alphabetical order. */
export function documentedCodes(): readonly DocumentedCode[] {
  return (Object.keys(problemCodes) as ProblemCode[])
    .toSorted()
    .map((code) => ({ code, entry: problemCodes[code] }))
}

export const retryAdvice = (retriable: boolean): string =>
  retriable ? 'Trying again later can help.' : 'Trying again without a change does not help.'

/** The text of docs/reference/errors.md. */
export function errorReference(): string {
  const sections = documentedCodes().map(
    ({ code, entry }) =>
      `## ${code}\n\n${entry.title}. ${entry.hint}\n\n` +
      `HTTP status ${entry.status}, exit code ${entry.exit}. ${retryAdvice(entry.retriable)}\n`,
  )
  return [
    '# Errors\n',
    'Generated from `packages/server/src/errors/codes.ts` by `npm run generate`; do not edit.\n',
    'Over HTTP every error is an RFC 9457 document (`application/problem+json`) with the code in `code` and each',
    'place in the input in `faults`. The CLI prints the same as lines, or as JSON with `--json`, and ends with the',
    'exit code. Codes are never reused.\n',
    ...sections,
  ].join('\n')
}
