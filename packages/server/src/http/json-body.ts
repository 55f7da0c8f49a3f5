/**
 * Reads a JSON body, and says at which line and column it stops being JSON. V8 tells the position for most
 * faults only; for the others it is found by asking which beginnings of the text could still go on.
 */
import { ok, fail, type Result } from '@holdfast/core/units'
import { problem, type Problem } from '../errors/index.ts'

export function readJson(text: string): Result<unknown, Problem> {
  try {
    return ok(JSON.parse(text))
  } catch (error) {
    const message = messageOf(error)
    const offset = positionIn(message) ?? firstImpossible(text)
    const { line, column } = lineAndColumn(text, offset)
    const says = offset >= text.length ? 'The text ends before the JSON document does.' : firstClause(message)
    const fault = { message: says, hint: '', place: { source: 'body', line, column } }
    return fail(problem('body-not-json', `The body is not JSON at line ${line}, column ${column}.`, [fault]))
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** V8 adds where it is, or quotes what stands around it; the place says that better. */
const firstClause = (message: string): string => `${message.replace(/ in JSON at .*|, (\.\.\.)?".*/s, '')}.`

function positionIn(message: string): number | null {
  const digits = / at position (\d+)/.exec(message)?.[1]
  return digits === undefined ? null : Number(digits)
}

/** The offset of the first character that no JSON document could have there. */
function firstImpossible(text: string): number {
  let [possible, impossible] = [0, text.length + 1]
  while (impossible - possible > 1) {
    const middle = Math.floor((possible + impossible) / 2)
    if (couldGoOn(text.slice(0, middle))) possible = middle
    else impossible = middle
  }
  return possible
}

function couldGoOn(beginning: string): boolean {
  try {
    JSON.parse(beginning)
    return true
  } catch (error) {
    const message = messageOf(error)
    return message.startsWith('Unexpected end') || (positionIn(message) ?? -1) >= beginning.length
  }
}

function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1 }
}
