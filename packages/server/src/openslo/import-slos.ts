/**
 * Documents of OpenSLO v1 as agreements. Nothing is dropped in silence: what an agreement cannot say is refused
 * at its place with the reason, and what it has no use for is noted. With `partial`, refused SLOs are left out.
 */
import { fail, ok, type Result } from '@holdfast/core/units'
import { problem, type Fault, type Problem } from '../errors/index.ts'
import { faultsOf, isObject, readDocuments, type JsonObject, type SourceFile } from '../manifests/index.ts'
import { openSloDocument, type OpenSloDocument } from './documents.ts'
import { agreementsOf } from './agreements-of.ts'
import type { Reading } from './indicator.ts'
import { levelsOf, type Located, type ReadSlo } from './levels-of.ts'

export interface ImportOptions extends Reading {
  /** The service that all of it is about, in the place of what the SLOs name. */
  readonly service: string | null
  /** Leaves SLOs out that cannot be expressed, instead of refusing all. */
  readonly partial: boolean
}

export interface Imported {
  readonly manifests: readonly JsonObject[]
  readonly notes: readonly Fault[]
}

export function importOpenSlo(
  files: readonly SourceFile[],
  options: ImportOptions,
): Result<Imported, Problem> {
  const read = readAll(files)
  if (!read.ok) return fail(refused(read.error))
  const all = read.value
  const slos = ofKind(all, 'SLO')
  if (slos.length === 0) {
    const hint = 'An SLO begins with "apiVersion: openslo/v1" and "kind: SLO".'
    return fail(refused([{ message: 'There is no SLO in what was given.', hint, place: {} }]))
  }
  const indicators = new Map(ofKind(all, 'SLI').map((one) => [one.document.metadata.name as string, one]))
  const readSlos = slos.map((slo) => levelsOf(slo, indicators, options))
  const faults = readSlos.flatMap((one) => (one.ok ? [] : one.error))
  const understood = readSlos.flatMap((one): readonly ReadSlo[] => (one.ok ? [one.value] : []))
  if (faults.length > 0 && (!options.partial || understood.length === 0)) return fail(refused(faults))

  const built = agreementsOf(understood, options.service)
  if (!built.ok) return fail(refused(built.error))
  const used = new Set(
    understood.flatMap(({ indicatorRef }) => (indicatorRef === null ? [] : [indicatorRef])),
  )
  const notes = [
    ...faults.map((fault) => ({ ...fault, message: `Left out: ${fault.message}` })),
    ...understood.flatMap((one) => one.notes),
    ...built.value.notes,
    ...all.flatMap((one) => unused(one, used)),
  ]
  return ok({ manifests: built.value.manifests, notes })
}

function ofKind<Kind extends OpenSloDocument['kind']>(
  all: readonly Located<OpenSloDocument>[],
  kind: Kind,
): readonly Located<Extract<OpenSloDocument, { readonly kind: Kind }>>[] {
  return all.filter(
    (one): one is Located<Extract<OpenSloDocument, { readonly kind: Kind }>> => one.document.kind === kind,
  )
}

function readAll(
  files: readonly SourceFile[],
): Result<readonly Located<OpenSloDocument>[], readonly Fault[]> {
  const faults: Fault[] = []
  const all: Located<OpenSloDocument>[] = []
  for (const file of files) {
    const read = readDocuments(file)
    faults.push(...read.faults)
    for (const { value, locate } of read.documents) {
      const parsed = isObject(value) ? openSloDocument.safeParse(value) : null
      if (parsed?.success === true) all.push({ document: parsed.data, locate })
      else if (isObject(value) && parsed !== null)
        faults.push(...faultsOf(parsed.error.issues, value, locate))
      else {
        const hint = 'A document is a mapping with apiVersion, kind, metadata and spec.'
        faults.push({ message: 'The document is not one of OpenSLO.', hint, place: locate([]) })
      }
    }
  }
  faults.push(...writtenTwice(all))
  return faults.length > 0 ? fail(faults) : ok(all)
}

function writtenTwice(all: readonly Located<OpenSloDocument>[]): readonly Fault[] {
  const seen = new Set<string>()
  return all.flatMap(({ document: { kind, metadata }, locate }) => {
    const key = `${kind}/${metadata.name}`
    const again = seen.has(key)
    seen.add(key)
    if (!again) return []
    const message = `${kind} "${metadata.name}" is written twice.`
    return [{ message, hint: 'Keep one of them.', place: locate(['metadata', 'name']) }]
  })
}

/** What is not read at all, each document in a sentence. */
function unused({ document, locate }: Located<OpenSloDocument>, used: ReadonlySet<string>): readonly Fault[] {
  const why = NOT_USED[document.kind]
  if (document.kind === 'SLI' ? used.has(document.metadata.name) : why === undefined) return []
  const message = `${document.kind} "${document.metadata.name}" is not used: ${why ?? 'no SLO refers to it'}.`
  return [{ message, hint: '', place: locate(['kind']) }]
}

const NOT_USED: Readonly<Partial<Record<OpenSloDocument['kind'], string>>> = {
  DataSource: 'Holdfast measures operations itself',
  AlertPolicy: 'verdicts and their causes are found for every level',
  AlertCondition: 'verdicts and their causes are found for every level',
  AlertNotificationTarget: 'an agreement does not say who is notified',
}

function refused(faults: readonly Fault[]): Problem {
  const count = faults.length === 1 ? 'One thing' : `${faults.length} things`
  return problem(
    'manifest-invalid',
    `${count} in the OpenSLO documents cannot become part of an agreement.`,
    faults,
  )
}
