/**
 * Reads files of manifests. Either every document is valid on its own and is returned, or all that is wrong is
 * reported at once, each with its place. What documents say of one another is checked by check-manifests.
 */
import { isAbsolute, resolve } from 'node:path'
import { fail, ok, type EpochMs, type Result } from '@holdfast/core/units'
import { problem, type Fault, type Problem } from '../errors/index.ts'
import { faultsOf } from './faults.ts'
import { MAX_DOCUMENTS, MAX_FAULTS, MAX_TEXT_BYTES } from './limits.ts'
import { manifestSchema, type ParsedManifest } from './manifest.ts'
import { ANY_SERVICE, asAgreement, isOffer, offerOf } from './offer.ts'
import { isObject, type JsonValue } from './text/json-value.ts'
import type { SourceFile } from './text/parse-yaml.ts'
import { pointerOf, replacedAt, valueAt, type Locate, type Path } from './text/path.ts'
import { aliasBudget, type AliasBudget } from './text/plain-value.ts'
import { readDocuments, type SourceDocument } from './text/read-documents.ts'

/** Offers are read as agreements for the service `offersFor`; without one they stay offers. */
export function readManifests(
  files: readonly SourceFile[],
  offersFor: string | null = null,
): Result<readonly ParsedManifest[], Problem> {
  const tooLarge = checkSize(files)
  if (tooLarge !== null) return fail(tooLarge)

  const budget = aliasBudget()
  const reads = files.map((file) => readFile(file, budget, offersFor))
  const manifests = reads.flatMap((read) => read.manifests)
  const faults = [
    ...reads.flatMap((read) => read.faults),
    ...duplicates(reads.flatMap((read) => read.documents)),
  ]
  const documents = reads.reduce((sum, read) => sum + read.documents.length, 0)
  if (documents > MAX_DOCUMENTS)
    faults.push(bare(`The files have ${documents} documents.`, `Apply at most ${MAX_DOCUMENTS} at a time.`))
  if (documents === 0 && faults.length === 0)
    faults.push(
      bare('There is no manifest in what was given.', 'A manifest begins with "apiVersion: holdfast/v1".'),
    )
  return faults.length === 0 ? ok(manifests) : fail(invalid(faults))
}

/** A document that was stored is valid, unless an older release wrote it; its places have no line. */
export function readStored(
  document: JsonValue,
  version: number,
  since: EpochMs | null = null,
): Result<ParsedManifest, Problem> {
  const kind = valueAt(document, ['kind'])
  const name = valueAt(document, ['metadata', 'name'])
  const read = validate({
    value: document,
    locate: storedPlace([kind, name].filter((one) => typeof one === 'string').join('/')),
  })
  return read.ok ? ok({ ...read.value, version, since }) : fail(invalid(read.error))
}

function storedPlace(source: string): Locate {
  return (path) => ({ source, pointer: pointerOf(path) })
}

interface FileRead {
  readonly documents: readonly SourceDocument[]
  readonly manifests: readonly ParsedManifest[]
  readonly faults: readonly Fault[]
}

function readFile(file: SourceFile, budget: AliasBudget, offersFor: string | null): FileRead {
  const read = readDocuments(file, budget)
  const documents = read.documents.map(({ value, locate }) => ({
    value: withAbsolutePaths(value, file.directory),
    locate,
  }))
  const manifests: ParsedManifest[] = []
  const faults: Fault[] = [...read.faults]
  for (const document of documents) {
    const one = validate(document, offersFor)
    if (one.ok) manifests.push(one.value)
    else faults.push(...one.error)
  }
  return { documents, manifests, faults }
}

function validate(
  { value, locate }: SourceDocument,
  offersFor: string | null = null,
): Result<ParsedManifest, readonly Fault[]> {
  if (!isObject(value)) {
    const hint = 'A manifest is a mapping with apiVersion, kind, metadata and spec.'
    return fail([{ message: 'The document is not a manifest.', hint, place: locate([]) }])
  }
  const stated = isOffer(value) ? asAgreement(value, offersFor ?? ANY_SERVICE, locate) : ok(value)
  if (!stated.ok) return stated
  const parsed = manifestSchema.safeParse(stated.value)
  if (!parsed.success) return fail(faultsOf(parsed.error.issues, stated.value, locate))
  const { data } = parsed
  const staysOffer = isOffer(value) && offersFor === null
  const manifest = staysOffer && data.kind === 'Agreement' ? offerOf(data) : data
  return ok({ manifest, document: value, version: 0, since: null, locate })
}

/** A document keeps what was written, but for paths: they must mean the same wherever it is applied again. */
function withAbsolutePaths(document: JsonValue, base: string): JsonValue {
  if (!isAbsolute(base)) return document
  const parts = valueAt(document, ['spec', 'parts'])
  const ofParts = Array.isArray(parts)
    ? parts.map((_, index): Path => ['spec', 'parts', index, 'run', 'directory'])
    : []
  return [...ofParts, ...PATHS_OF_SOURCES].reduce((done, path) => {
    const written = valueAt(done, path)
    return typeof written === 'string' ? replacedAt(done, path, resolve(base, written)) : done
  }, document)
}

const PATHS_OF_SOURCES: readonly Path[] = [
  ['spec', 'plugin', 'directory'],
  ['spec', 'probe', 'run', 'directory'],
  ['spec', 'log', 'file'],
  ['spec', 'prometheus', 'tokenFile'],
]

function duplicates(documents: readonly SourceDocument[]): readonly Fault[] {
  const first = new Map<string, SourceDocument>()
  return documents.flatMap((document) => {
    const path: Path = ['metadata', 'name']
    const [kind, name] = [valueAt(document.value, ['kind']), valueAt(document.value, path)]
    if (typeof kind !== 'string' || typeof name !== 'string') return []
    const earlier = first.get(`${kind}/${name}`)
    first.set(`${kind}/${name}`, earlier ?? document)
    if (earlier === undefined) return []
    const { source, line, column } = earlier.locate(path)
    const message = `${kind} "${name}" is written twice; first at ${source}:${line}:${column}.`
    return [{ message, hint: 'Keep one of them, or give one another name.', place: document.locate(path) }]
  })
}

function checkSize(files: readonly SourceFile[]): Problem | null {
  const sizes = files.map(({ name, text }) => ({ name, size: Buffer.byteLength(text) }))
  const total = sizes.reduce((sum, { size }) => sum + size, 0)
  if (total <= MAX_TEXT_BYTES) return null
  const largest = sizes.toSorted((left, right) => right.size - left.size)[0]
  const message = `The file has ${largest?.size ?? 0} bytes; all files together have ${total}.`
  const hint = `Apply at most ${MAX_TEXT_BYTES} bytes (1 MiB) at a time.`
  const place = largest === undefined ? {} : { source: largest.name }
  return problem('manifest-too-large', `The manifests have ${total} bytes, which is more than 1 MiB.`, [
    { message, hint, place },
  ])
}

/** Reports in the order of the text, and not more than a person can use. */
function invalid(faults: readonly Fault[]): Problem {
  const inOrder = faults.toSorted(byPlace)
  const count = faults.length === 1 ? 'One thing is' : `${faults.length} things are`
  const shown = faults.length > MAX_FAULTS ? ` The first ${MAX_FAULTS} are listed.` : ''
  return problem('manifest-invalid', `${count} wrong in the manifests.${shown}`, inOrder.slice(0, MAX_FAULTS))
}

function byPlace({ place: left }: Fault, { place: right }: Fault): number {
  const [from, to] = [left.source ?? '', right.source ?? '']
  if (from !== to) return from < to ? -1 : 1
  return (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0)
}

const bare = (message: string, hint: string): Fault => ({ message, hint, place: {} })
