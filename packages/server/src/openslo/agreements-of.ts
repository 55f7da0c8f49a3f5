/**
 * Gathers levels into manifests of agreements: those that an annotation names together, all others of a service
 * into one that is called like it. What the annotations say is checked as if it had been written in the manifest.
 */
import { fail, ok, parseName, type Result } from '@holdfast/core/units'
import type { Fault } from '../errors/index.ts'
import { readStored, type JsonObject } from '../manifests/index.ts'
import { annotated, LEVEL_ANNOTATION, only, TERMS, TERMS_ANNOTATION } from './annotations.ts'
import { annotationPath, type ReadSlo } from './levels-of.ts'

interface Built {
  readonly manifests: readonly JsonObject[]
  readonly notes: readonly Fault[]
}

export function agreementsOf(
  slos: readonly ReadSlo[],
  service: string | null,
): Result<Built, readonly Fault[]> {
  const about = slos.map((slo) => ({ slo, service: service ?? slo.service }))
  const unnamed = about.flatMap(({ slo, service: name }) => wrongName(name, slo))
  if (unnamed.length > 0) return fail(unnamed)
  const groups = Map.groupBy(about, ({ slo, service: name }) => slo.agreement ?? name)
  const built = [...groups].map(([name, members]) =>
    agreementOf(
      name,
      members[0]?.service ?? '',
      members.map(({ slo }) => slo),
      members.map((one) => one.service),
    ),
  )
  const faults = built.flatMap((one) => (one.ok ? [] : one.error))
  if (faults.length > 0) return fail(faults)
  const manifests = built.flatMap((one) => (one.ok ? [one.value] : []))
  return ok({ manifests, notes: [...groups].flatMap(([name, members]) => namedNotes(name, members[0]?.slo)) })
}

function wrongName(name: string, { locate }: ReadSlo): readonly Fault[] {
  const parsed = parseName(name)
  if (parsed.ok) return []
  const hint = 'Say how the service is called in Holdfast with --service.'
  return [
    { message: `"${name}" cannot be the name of a service here.`, hint, place: locate(['spec', 'service']) },
  ]
}

/** An agreement that nobody named is named by us, which the reader should know. */
function namedNotes(name: string, slo: ReadSlo | undefined): readonly Fault[] {
  if (slo === undefined || slo.agreement !== null) return []
  const message = `The agreement is called "${name}" like its service, as the SLOs name none.`
  return [
    {
      message,
      hint: 'Change metadata.name before you apply it, if you like.',
      place: slo.locate(['spec', 'service']),
    },
  ]
}

function agreementOf(
  name: string,
  service: string,
  slos: readonly ReadSlo[],
  services: readonly string[],
): Result<JsonObject, readonly Fault[]> {
  const [first] = slos
  const other = slos[services.findIndex((one) => one !== service)]
  if (first !== undefined && other !== undefined) {
    const message = `Agreement "${name}" is about service "${service}", but this SLO is about "${other.service}".`
    return fail([
      { message, hint: 'Name one service, or two agreements.', place: other.locate(['spec', 'service']) },
    ])
  }
  const terms = termsOf(slos)
  if (!terms.ok) return terms
  const { from, ...rest } = terms.value
  const manifest: JsonObject = {
    apiVersion: 'holdfast/v1',
    kind: 'Agreement',
    metadata: { name },
    spec: {
      service,
      ...(from === undefined ? {} : { from }),
      levels: slos.flatMap(({ levels }) => levels),
      ...rest,
    },
  }
  const valid = readStored(manifest, 0)
  return valid.ok ? ok(manifest) : fail(valid.error.faults.map((fault) => atItsSlo(fault, slos)))
}

/** The terms stand at one SLO; where several have them, they must say the same. */
function termsOf(slos: readonly ReadSlo[]): Result<JsonObject, readonly Fault[]> {
  const having = slos.filter(({ terms }) => terms !== null)
  const [first] = having
  if (first === undefined) return ok({})
  const place = first.locate(annotationPath(TERMS_ANNOTATION))
  const other = having.find(({ terms }) => terms !== first.terms)
  if (other !== undefined) {
    const message = `The terms of the agreement are others here than at SLO "${first.name}".`
    const hint = 'Keep them at one SLO of each agreement.'
    return fail([{ message, hint, place: other.locate(annotationPath(TERMS_ANNOTATION)) }])
  }
  const read = annotated(first.terms ?? '', TERMS)
  if (read.ok) return ok(only(read.value, TERMS))
  const hint = 'Export the agreement again, or leave the annotation out.'
  return fail([{ message: `The annotation ${TERMS_ANNOTATION} ${read.error}.`, hint, place }])
}

/** A fault in the manifest that was built, at the annotation or SLO where its words come from. */
function atItsSlo({ message, hint, place }: Fault, slos: readonly ReadSlo[]): Fault {
  const pointer = place.pointer ?? ''
  const index = Number(/^\/spec\/levels\/(\d+)/.exec(pointer)?.[1] ?? Number.NaN)
  const owners = slos.flatMap((slo) => slo.levels.map(() => slo))
  const slo = owners[index]
  if (slo !== undefined) return { message, hint, place: slo.locate(annotationPath(LEVEL_ANNOTATION)) }
  const holder = slos.find(({ terms }) => terms !== null) ?? slos[0]
  return holder === undefined
    ? { message, hint, place: {} }
    : { message, hint, place: holder.locate(annotationPath(TERMS_ANNOTATION)) }
}
