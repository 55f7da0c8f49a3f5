/** Finds where two JSON values differ first, so that a person sees what is different and not two long texts. */

export interface Difference {
  /** As a JSON pointer. */
  readonly pointer: string
  /** The values there, as JSON text; absent values as "nothing". */
  readonly recorded: string
  readonly replayed: string
}

/** Longer values are cut: they are to be recognised, not read. */
const MAX_SHOWN = 120

/** Null when both say the same. */
export function firstDifference(recorded: unknown, replayed: unknown, pointer = ''): Difference | null {
  if (Object.is(recorded, replayed)) return null
  if (!isContainer(recorded) || !isContainer(replayed) || Array.isArray(recorded) !== Array.isArray(replayed))
    return { pointer, recorded: shown(recorded), replayed: shown(replayed) }
  const [left, right] = [new Map(Object.entries(recorded)), new Map(Object.entries(replayed))]
  for (const key of new Set([...left.keys(), ...right.keys()].toSorted(byPlace))) {
    const found = firstDifference(left.get(key), right.get(key), `${pointer}/${escaped(key)}`)
    if (found !== null) return found
  }
  return null
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null

/** The places of a list by number, other keys by their text. */
function byPlace(left: string, right: string): number {
  const difference = Number(left) - Number(right)
  if (Number.isFinite(difference)) return difference
  return left < right ? -1 : 1
}

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}
