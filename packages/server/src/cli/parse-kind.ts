import type { Result } from '@holdfast/core/units'
import { failure, type ProblemDocument } from './failure.ts'
import { alsoWritten, type ListedKind } from './kinds.ts'
import { nearest } from '@holdfast/core/units'

/** Finds the kind that a word means among those that the command takes. */
export function parseKind<Kind extends ListedKind>(
  word: string,
  among: readonly Kind[],
): Result<Kind, ProblemDocument> {
  const typed = word.toLowerCase()
  const kind = among.find((kind) => kind === typed || alsoWritten[kind].includes(typed))
  if (kind !== undefined) return { ok: true, value: kind }
  const near = nearest(
    typed,
    among.flatMap((kind) => [kind, ...alsoWritten[kind]]),
  )
  const hint = `${near === null ? '' : `Did you mean "${near}"? `}The kinds are ${among.join(', ')}.`
  return { ok: false, error: failure('usage', `There is no kind "${word}" here.`, { hint }) }
}
