/**
 * Writes what was found into the text of a manifest. Only the figures change, or are added: every other character,
 * comments and layout among them, stays as it is. What comes out is read again before it is handed on.
 */
import { isMap, isScalar, isSeq, parseAllDocuments, type Document, type Node, type YAMLMap } from 'yaml'
import type { PartProfile } from '@holdfast/core/profile'
import { fail, ok, type Result } from '@holdfast/core/units'
import { problem, type Problem } from '../errors/index.ts'
import { subjectInFiles } from './subject.ts'
import {
  characteristicsText,
  characteristicsValue,
  type CharacteristicsText,
} from './characteristics-text.ts'

interface ManifestText {
  readonly name: string
  readonly directory: string
  readonly text: string
}

/** An insertion where `from` and `to` are the same. */
interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

export function updateManifest(
  file: ManifestText,
  service: string,
  profiles: readonly PartProfile[],
): Result<string, Problem> {
  const before = subjectInFiles([file], service)
  if (!before.ok) return before
  const parts = partMaps(file.text, service)
  const edits: Edit[] = []
  for (const found of profiles.map(characteristicsText)) {
    const part = parts.find((one) => scalarAt(one, 'name') === found.part)
    if (part === undefined) return cannot(file, `the part "${found.part}" is not written out in it`)
    const edited = editPart(file.text, part, found)
    if (edited === null) return cannot(file, `part "${found.part}" has its characteristics from an alias`)
    edits.push(...edited)
  }
  const text = apply(file.text, edits)
  return subjectInFiles([{ ...file, text }], service).ok
    ? ok(text)
    : cannot(file, 'it would not be valid then')
}

const cannot = ({ name }: ManifestText, why: string): Result<never, Problem> =>
  fail(
    problem('file-unreadable', `${name} cannot be updated, as ${why}. Copy what is printed without --write.`),
  )

function partMaps(text: string, service: string): readonly YAMLMap[] {
  const documents = parseAllDocuments(text, { version: '1.2', schema: 'core', uniqueKeys: false })
  const list: readonly Document[] = Array.isArray(documents) ? documents : []
  return list.flatMap((document) => {
    const isIt = document.getIn(['kind']) === 'Service' && document.getIn(['metadata', 'name']) === service
    const parts: unknown = isIt ? document.getIn(['spec', 'parts'], true) : null
    return isSeq(parts) ? parts.items.filter((item) => isMap(item)) : []
  })
}

/** Null where something to be changed is not written there, but elsewhere. */
function editPart(text: string, part: YAMLMap, found: CharacteristicsText): readonly Edit[] | null {
  const present = valueOf(part, 'characteristics')
  const edits =
    present === null
      ? [addTo(text, part, 'characteristics', characteristicsValue(found, isQuoted(part)))]
      : isMap(present)
        ? editCharacteristics(text, present, found)
        : null
  const calls = editCalls(text, valueOf(part, 'calls'), found)
  return edits === null || calls === null ? null : [...edits, ...calls]
}

function editCharacteristics(
  text: string,
  characteristics: YAMLMap,
  found: CharacteristicsText,
): readonly Edit[] | null {
  const serviceTime = valueOf(characteristics, 'serviceTime')
  if (!isMap(serviceTime)) return null
  const { percentile } = found
  const key = serviceTime.items.flatMap((pair) => (isScalar(pair.key) ? [String(pair.key.value)] : []))
  const named = key.find((one) => one !== 'mean')
  const spread =
    named !== undefined
      ? replace(serviceTime, named, percentile?.value ?? found.mean)
      : percentile === null
        ? []
        : [addTo(text, serviceTime, percentile.key, wordFor(serviceTime, percentile.value))]
  const all = [
    replace(serviceTime, 'mean', found.mean),
    spread,
    replace(characteristics, 'capacity', found.capacity),
    replace(characteristics, 'startTime', found.startTime),
  ]
  return all.some((edits) => edits === null) ? null : all.flatMap((edits) => edits ?? [])
}

function editCalls(text: string, calls: Node | null, found: CharacteristicsText): readonly Edit[] | null {
  if (calls === null) return []
  if (!isSeq(calls)) return null
  const edits: Edit[] = []
  for (const { part, times } of found.calls) {
    const call = calls.items.find((item) => isMap(item) && scalarAt(item, 'part') === part)
    if (!isMap(call)) return null
    if (valueOf(call, 'times') === null) {
      if (times !== 1) edits.push(addTo(text, call, 'times', String(times)))
      continue
    }
    const replaced = replace(call, 'times', String(times), 'number')
    if (replaced === null) return null
    edits.push(...replaced)
  }
  return edits
}

/** Null where the value is not written there itself. */
function replace(
  map: YAMLMap,
  key: string,
  value: string,
  kind: 'text' | 'number' = 'text',
): readonly Edit[] | null {
  const node = valueOf(map, key)
  if (!isScalar(node) || node.range === undefined || node.range === null) return null
  const [from, to] = node.range
  const quoted = kind === 'text' && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE')
  return [{ from, to, text: quoted ? JSON.stringify(value) : value }]
}

/** A further member: behind the last one, on its line where the mapping is in braces, else on a line of its own. */
function addTo(text: string, map: YAMLMap, key: string, value: string): Edit {
  const word = isQuoted(map) ? JSON.stringify(key) : key
  if (map.flow === true) {
    const last = map.items.at(-1)
    const end = lastOffset((last?.value ?? last?.key ?? map) as Node)
    return { from: end, to: end, text: `, ${word}: ${value}` }
  }
  const end = lastOffset(map)
  const lineEnd = /\r?\n|$/.exec(text.slice(end))
  const at = end + (lineEnd?.index ?? 0)
  const newLine = text.includes('\r\n') ? '\r\n' : '\n'
  return { from: at, to: at, text: `${newLine}${' '.repeat(columnOf(text, map))}${word}: ${value}` }
}

/** Where the last value ends; of block text, whose end is the next line, before that. */
function lastOffset(node: Node | null): number {
  if (isMap(node) && node.flow !== true) {
    const last = node.items.at(-1)
    if (last !== undefined) return lastOffset((last.value ?? last.key) as Node)
  }
  if (isSeq(node) && node.flow !== true) {
    const last = node.items.at(-1)
    if (last !== undefined) return lastOffset(last as Node)
  }
  const end = node?.range?.[1] ?? 0
  return isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') ? end - 1 : end
}

function columnOf(text: string, map: YAMLMap): number {
  const first = map.items[0]?.key as Node | undefined
  const from = first?.range?.[0] ?? 0
  return from - (text.lastIndexOf('\n', from - 1) + 1)
}

function valueOf(map: YAMLMap, key: string): Node | null {
  const pair = map.items.find((one) => isScalar(one.key) && one.key.value === key)
  return pair === undefined ? null : (pair.value as Node | null)
}

function scalarAt(map: YAMLMap, key: string): unknown {
  const node = valueOf(map, key)
  return isScalar(node) ? node.value : undefined
}

/** As JSON is. */
function isQuoted(map: YAMLMap): boolean {
  const first = map.items[0]?.key
  return isScalar(first) && first.type === 'QUOTE_DOUBLE'
}

const wordFor = (map: YAMLMap, value: string): string => (isQuoted(map) ? JSON.stringify(value) : value)

function apply(text: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((left, right) => right.from - left.from)
    .reduce((written, { from, to, text }) => written.slice(0, from) + text + written.slice(to), text)
}
