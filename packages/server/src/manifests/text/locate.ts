/** Finds the line and column of a value from the YAML it was read from. */
import { isAlias, isMap, isScalar, isSeq, type Alias, type Document, type LineCounter, type Node } from 'yaml'
import { pointerOf, type Locate } from './path.ts'

export interface LocateSource {
  readonly file: string
  readonly lines: LineCounter
  readonly document: Document.Parsed
  readonly aliases: ReadonlyMap<Alias, Node>
}

/** Of what does not exist, such as a missing key, the place is that of the key it should stand under. */
export function locateIn({ file, lines, document, aliases }: LocateSource): Locate {
  return (path, at = 'value') => {
    let node: Node | null = document.contents
    let key: Node | null = null
    for (const segment of path) {
      const step = stepInto(node !== null && isAlias(node) ? (aliases.get(node) ?? null) : node, segment)
      if (step === undefined) return { ...position(key ?? node), pointer: pointerOf(path) }
      ;({ node, key } = step)
    }
    const wanted = at === 'key' || isEmpty(node) ? (key ?? node) : node
    return { ...position(wanted), pointer: pointerOf(path) }
  }

  function position(node: Node | null): {
    readonly source: string
    readonly line: number
    readonly column: number
  } {
    const { line, col } = lines.linePos(node?.range?.[0] ?? document.range[0])
    return { source: file, line, column: col }
  }
}

type Step = { readonly node: Node | null; readonly key: Node | null }

function stepInto(node: Node | null, segment: string | number): Step | undefined {
  if (isSeq(node)) {
    const item = typeof segment === 'number' ? node.items[segment] : undefined
    return item === undefined ? undefined : { node: item as Node, key: null }
  }
  if (!isMap(node)) return undefined
  const pair = node.items.find(({ key }) => isScalar(key) && key.value === segment)
  return pair === undefined ? undefined : { node: pair.value as Node | null, key: pair.key as Node }
}

/** `key:` with nothing behind it has a value without extent, somewhere after the colon. */
const isEmpty = (node: Node | null): boolean => node === null || node.range?.[0] === node.range?.[1]
