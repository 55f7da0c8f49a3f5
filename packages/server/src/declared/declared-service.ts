/**
 * Joins what is named, agreements and perhaps their service, with manifests that lie beside it. What is named
 * comes first; of what lies beside only the service and its instance types are taken, never another agreement.
 */
import { ok, type Result } from '@holdfast/core/units'
import { problem, problemDocument, type Fault, type ProblemCode } from '../errors/index.ts'
import type { ProblemDocument } from '../http/api.ts'
import {
  checkManifests,
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

/** The agreements of one service, and what else is in these files. */
export function readNamed(files: readonly SourceFile[]): Result<NamedManifests, ProblemDocument> {
  const read = readManifests(files)
  if (!read.ok) return { ok: false, error: problemDocument(read.error) }
  const agreements = manifestsOf(read.value, 'Agreement')
  const services = [...new Set(agreements.map(({ manifest }) => manifest.spec.service))]
  const [service, ...more] = services
  if (service === undefined)
    return refused('usage', 'None of the files has an agreement.', 'Name one that has: -f agreement.yaml.')
  if (more.length > 0) {
    const detail = `The agreements are about several services: ${services.join(', ')}.`
    return refused('usage', detail, 'Name the agreements of one service at a time.')
  }
  return ok({ service, agreements, manifests: read.value })
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
  const faults = checkManifests(all).filter(({ place }) => !NOT_NEEDED.test(place.pointer ?? ''))
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
