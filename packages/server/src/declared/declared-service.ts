/**
 * Joins what is named, agreements and perhaps their service, with manifests that lie beside it. What is named
 * comes first; of what lies beside only the service and its instance types are taken, never another agreement.
 */
import { ok, type Result } from '@holdfast/core/units'
import { problem, problemDocument, type Fault, type ProblemCode } from '../errors/index.ts'
import type { ProblemDocument } from '../http/api.ts'
import {
  ANY_SERVICE,
  checkManifests,
  isOffer,
  manifestsOf,
  readManifests,
  resolveServices,
  type ManifestOf,
  type ParsedManifest,
  type ResolvedService,
} from '../manifests/index.ts'

type SourceFile = Parameters<typeof readManifests>[0][number]

type AgreementManifest = ParsedManifest & { readonly manifest: ManifestOf<'Agreement'> }

export interface NamedManifests {
  readonly service: string
  readonly agreements: readonly AgreementManifest[]
  readonly manifests: readonly ParsedManifest[]
}

export interface DeclaredService {
  readonly resolved: ResolvedService
  readonly serviceManifest: ParsedManifest
  readonly agreementManifests: readonly AgreementManifest[]
  /** The file that states the service. */
  readonly file: string
  /** True where it was not named. */
  readonly foundBeside: boolean
}

/** Owners and other services change nothing about one service by itself, so they need not be there. */
const NOT_NEEDED = /^\/metadata\/owner$|\/dependency$/

/** The agreements of one service, and what else is in these files; offers are read as agreements for it. */
export function readNamed(files: readonly SourceFile[]): Result<NamedManifests, ProblemDocument> {
  const first = readManifests(files, ANY_SERVICE)
  if (!first.ok) return { ok: false, error: problemDocument(first.error) }
  const agreements = manifestsOf(first.value, 'Agreement')
  const about = agreements.map(({ manifest }) => manifest.spec.service)
  const stated = manifestsOf(first.value, 'Service').map(({ manifest }) => manifest.metadata.name)
  const said = about.filter((service) => service !== ANY_SERVICE)
  const services = [...new Set(said.length > 0 ? said : stated)]
  const [service, ...more] = services
  if (agreements.length === 0)
    return refused('usage', 'None of the files has an agreement or an offer.', 'Name one: -f agreement.yaml.')
  if (service === undefined)
    return refused(
      'usage',
      'No service is named that the offers are for.',
      'Name its file too: -f shop.yaml.',
    )
  if (more.length > 0) {
    const detail = `This is about several services: ${services.join(', ')}.`
    return refused('usage', detail, 'Name what is about one service at a time.')
  }
  const bound = readManifests(files, service)
  if (!bound.ok) return { ok: false, error: problemDocument(bound.error) }
  return ok({ service, agreements: manifestsOf(bound.value, 'Agreement'), manifests: bound.value })
}

/** Whether the service is among what is named, with all instance types that it refers to. */
export function isComplete({ service, manifests }: NamedManifests): boolean {
  const types = new Set(manifestsOf(manifests, 'InstanceType').map(({ manifest }) => manifest.metadata.name))
  const stated = manifestsOf(manifests, 'Service').find(({ manifest }) => manifest.metadata.name === service)
  return stated?.manifest.spec.parts.every(({ instanceType }) => types.has(instanceType)) ?? false
}

export function joinDeclared(
  named: NamedManifests,
  beside: readonly SourceFile[],
): Result<DeclaredService, ProblemDocument> {
  // A file that is broken may have nothing to do with it; its faults are told only if something is missing.
  const skipped: Fault[] = []
  const found = beside.flatMap((file) => {
    const read = readManifests([file])
    if (!read.ok) skipped.push(...read.error.faults)
    return read.ok ? read.value.filter((one) => isWanted(one, named)) : []
  })
  const stated = manifestsOf(found, 'Service')
  if (stated.length > 1) return ambiguous(named.service, stated)
  const all = [...named.manifests, ...found]
  const faults = checkTogether(all).filter(({ place }) => !NOT_NEEDED.test(place.pointer ?? ''))
  const resolved = resolveServices(all).find((one) => one.service.name === named.service)
  const serviceManifest = manifestsOf(all, 'Service').find(
    ({ manifest }) => manifest.metadata.name === named.service,
  )
  if (faults.length > 0 || resolved === undefined || serviceManifest === undefined)
    return incomplete(faults, skipped)
  return ok({
    resolved,
    serviceManifest,
    agreementManifests: named.agreements,
    file: serviceManifest.locate([]).source ?? '',
    foundBeside: found.includes(serviceManifest),
  })
}

/** Offers are alternatives: each is checked with all else, but not with the other offers. */
function checkTogether(all: readonly ParsedManifest[]): readonly Fault[] {
  const offers = all.filter(({ document }) => isOffer(document))
  const others = all.filter(({ document }) => !isOffer(document))
  const found = [others, ...offers.map((offer) => [...others, offer])].flatMap(checkManifests)
  return [...new Map(found.map((fault) => [JSON.stringify(fault), fault])).values()]
}

function isWanted({ manifest }: ParsedManifest, { service, manifests }: NamedManifests): boolean {
  const { kind, metadata } = manifest
  if (manifests.some((one) => one.manifest.kind === kind && one.manifest.metadata.name === metadata.name))
    return false
  return kind === 'InstanceType' || (kind === 'Service' && metadata.name === service)
}

type Refusal = { readonly ok: false; readonly error: ProblemDocument }

function ambiguous(service: string, stated: readonly ParsedManifest[]): Refusal {
  const faults = stated.map(({ locate }) => ({
    message: `Here is a service "${service}".`,
    hint: '',
    place: locate(['metadata', 'name']),
  }))
  const detail = `Several files beside the agreement state service "${service}".`
  return refused('usage', detail, 'Name the file that is meant with -f too.', faults)
}

function incomplete(faults: readonly Fault[], skipped: readonly Fault[]): Refusal {
  const missing = faults.every(({ message }) => message.startsWith('There is no '))
  const code = missing && skipped.length === 0 ? 'reference-missing' : 'manifest-invalid'
  const hint = missing
    ? 'Name the file of the service with -f too, or put it beside the agreement.'
    : 'Mend each place that is listed.'
  return refused(code, 'The agreement and its service do not fit together yet.', hint, [
    ...faults,
    ...skipped,
  ])
}

function refused(code: ProblemCode, detail: string, hint: string, faults: readonly Fault[] = []): Refusal {
  return { ok: false, error: { ...problemDocument(problem(code, detail, faults)), hint } }
}
