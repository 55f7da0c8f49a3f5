/**
 * Turns a YAML document into plain JSON with every alias written out, and remembers where each alias leads so
 * that places can be found through it. Refuses what JSON cannot hold or a reader would misread: keys that are
 * no text, a key written twice, numbers that are not finite, aliases without end.
 */
import { isAlias, isMap, isScalar, isSeq, type Alias, type Document, type Node } from 'yaml'
import { MAX_ALIASED_VALUES } from '../limits.ts'
import type { JsonObject, JsonValue } from './json-value.ts'
import type { Path } from './path.ts'

export interface PlainDocument {
  readonly value: JsonValue
  readonly aliases: ReadonlyMap<Alias, Node>
  readonly faults: readonly PlainFault[]
}

interface PlainFault {
  readonly offset: number
  readonly path: Path
  readonly message: string
  readonly hint: string
}

/** Counts down over all documents of one set of files. */
export interface AliasBudget {
  values: number
}

export const aliasBudget = (): AliasBudget => ({ values: MAX_ALIASED_VALUES })

interface Anchored {
  readonly node: Node
  readonly value: JsonValue
  /** Values in it, itself included. */
  readonly size: number
}

interface Walk {
  readonly anchors: Map<string, Anchored>
  readonly aliases: Map<Alias, Node>
  readonly faults: PlainFault[]
  readonly budget: AliasBudget
  size: number
}

export function plainDocument(document: Document.Parsed, budget: AliasBudget): PlainDocument {
  const walk: Walk = { anchors: new Map(), aliases: new Map(), faults: [], budget, size: 0 }
  const value = plain(document.contents, [], walk)
  return { value, aliases: walk.aliases, faults: walk.faults }
}

function plain(node: Node | null, path: Path, walk: Walk): JsonValue {
  if (node === null) return null
  if (isAlias(node)) return aliased(node, path, walk)
  const before = walk.size
  walk.size += 1
  const value = isMap(node)
    ? plainMap(node.items, path, walk)
    : isSeq(node)
      ? node.items.map((item, index) => plain(asNode(item), [...path, index], walk))
      : plainScalar(node, path, walk)
  const { anchor } = node as { readonly anchor?: string }
  if (anchor !== undefined) walk.anchors.set(anchor, { node, value, size: walk.size - before })
  return value
}

function plainMap(
  items: readonly { readonly key: unknown; readonly value: unknown }[],
  path: Path,
  walk: Walk,
): JsonObject {
  const members = new Map<string, JsonValue>()
  for (const { key, value } of items) {
    const name = isScalar(key) ? key.value : undefined
    const refuse = (message: string, hint: string): unknown =>
      walk.faults.push({ offset: offsetOf(asNode(key) ?? asNode(value)), path, message, hint })
    if (typeof name !== 'string') {
      const shown = typeof name === 'number' || typeof name === 'boolean' ? `: "${name}"` : ''
      refuse('A key must be text.', `Put it in quotes${shown}.`)
    } else if (name === '__proto__') refuse('"__proto__" cannot be a key.', 'Use another name.')
    else if (members.has(name)) refuse(`The key "${name}" is written twice here.`, 'Keep one of them.')
    else members.set(name, plain(asNode(value), [...path, name], walk))
  }
  return Object.fromEntries(members)
}

function plainScalar(node: Node, path: Path, walk: Walk): JsonValue {
  const value: unknown = isScalar(node) ? node.value : null
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  const hint = 'Write a finite number.'
  walk.faults.push({ offset: offsetOf(node), path, message: 'This is not a number to reckon with.', hint })
  return null
}

/** An anchor counts once it is complete, so an alias inside its own anchor finds nothing and cannot circle. */
function aliased(alias: Alias, path: Path, walk: Walk): JsonValue {
  const target = walk.anchors.get(alias.source)
  const refuse = (message: string, hint: string): null => {
    walk.faults.push({ offset: offsetOf(alias), path, message, hint })
    return null
  }
  if (target === undefined)
    return refuse(
      `No anchor "${alias.source}" comes before this alias.`,
      `Write &${alias.source} at the value meant.`,
    )
  if (walk.budget.values < target.size) {
    walk.budget.values = 0
    return refuse(
      `Aliases stand for more than ${MAX_ALIASED_VALUES} values.`,
      'Write the values out where they are needed.',
    )
  }
  walk.budget.values -= target.size
  walk.size += target.size
  walk.aliases.set(alias, target.node)
  return target.value
}

const asNode = (value: unknown): Node | null => (value === undefined ? null : (value as Node | null))

const offsetOf = (node: Node | null): number => node?.range?.[0] ?? 0
