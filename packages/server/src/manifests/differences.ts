/** Says in what two documents differ: each value that was added, removed or changed, by its JSON pointer. */
import { isObject, type JsonObject, type JsonValue } from './text/json-value.ts'
import { pointerOf, type Path } from './text/path.ts'

export interface Difference {
  readonly path: string
  /** Null where there was nothing. */
  readonly before: JsonValue
  readonly after: JsonValue
}

export function differences(before: JsonValue, after: JsonValue): readonly Difference[] {
  return differencesAt(before, after, [])
}

function differencesAt(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: Path,
): readonly Difference[] {
  if (Array.isArray(before) && Array.isArray(after)) return inLists(before, after, path)
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...keys].flatMap((key) => differencesAt(own(before, key), own(after, key), [...path, key]))
  }
  if (before === after) return []
  return [{ path: pointerOf(path), before: before ?? null, after: after ?? null }]
}

/** A key such as valueOf is inherited by every object, and there only when it is the document's own. */
const own = (object: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined

/** Entries are compared by their place; lists of manifests are short and their order means something. */
function inLists(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  path: Path,
): readonly Difference[] {
  const length = Math.max(before.length, after.length)
  return Array.from({ length }, (_, index) =>
    differencesAt(before[index], after[index], [...path, index]),
  ).flat()
}
