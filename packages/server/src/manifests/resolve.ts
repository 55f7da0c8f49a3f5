/**
 * Joins manifests into services as the loop, the platform and the gateway need them. Expects manifests that
 * passed checkManifests together; what lacks its instance type is left out, as nothing could be started from it.
 */
import type { Agreement, Part, Service } from '@holdfast/core/agreement'
import type { Rule } from '@holdfast/core/health'
import type { EpochMs, OwnerName, PartName } from '@holdfast/core/units'
import type { RouteLimits } from '../platforms/gateway/gateway.ts'
import type { RunSpec } from '../platforms/platform.ts'
import type { DeclaredSource } from '../sources/source.ts'
import { manifestsOf, type ManifestOf, type ParsedManifest } from './manifest.ts'
import { revisionOf } from './revision.ts'

export interface ResolvedService {
  readonly service: Service
  readonly owner: OwnerName
  /** The version of the service's manifest. */
  readonly version: number
  /** Null for a service that takes no operations. */
  readonly gateway: { readonly port: number | null; readonly limits: RouteLimits } | null
  readonly runs: Readonly<Record<PartName, RunSpec>>
  /** Operations that one instance is given at once; only of the parts that say so. */
  readonly concurrency: Readonly<Record<PartName, number>>
  /** Of one agreement there may be several versions; which of them counts says `inForce` of the core. */
  readonly agreements: readonly Agreement[]
  /** Who is asked about it. */
  readonly sources: readonly DeclaredSource[]
  readonly rules: readonly Rule[]
}

/** In the order of their names, so that equal manifests give equal services. */
export function resolveServices(manifests: readonly ParsedManifest[]): readonly ResolvedService[] {
  const types = new Map(
    manifestsOf(manifests, 'InstanceType').map(({ manifest }) => [manifest.metadata.name, manifest]),
  )
  const agreements = manifestsOf(manifests, 'Agreement').map(({ manifest, version, since }) =>
    agreementOf(manifest, version, since),
  )
  const sources = manifestsOf(manifests, 'Source').map(({ manifest }) => sourceOf(manifest))
  const rules = manifestsOf(manifests, 'Rule')
  return manifestsOf(manifests, 'Service')
    .map(({ manifest, version }): ResolvedService => {
      const { metadata, spec } = manifest
      const { gateway } = spec
      const parts = spec.parts.flatMap((part) => {
        const type = types.get(part.instanceType)
        return type === undefined ? [] : [partOf(part, type)]
      })
      return {
        service: {
          name: metadata.name,
          entry: gateway?.entry ?? spec.entry ?? null,
          parts,
          mode: spec.mode ?? 'act',
          hints: spec.hints ?? [],
          batch: spec.batch ?? null,
        },
        owner: metadata.owner,
        version,
        gateway: gateway === undefined ? null : { port: gateway.port, limits: gateway.limits },
        runs: Object.fromEntries(spec.parts.map(({ name, run }) => [name, run])),
        concurrency: Object.fromEntries(
          spec.parts.flatMap(({ name, concurrency }) =>
            concurrency === undefined ? [] : [[name, concurrency]],
          ),
        ),
        agreements: agreements.filter(({ service }) => service === metadata.name).toSorted(byNameAndVersion),
        sources: sources.filter(({ service }) => service === metadata.name).toSorted(byName),
        rules: rules
          .filter((rule) => rule.manifest.spec.service === metadata.name)
          .map((rule) => ruleOf(rule.manifest, rule.version))
          .toSorted(byName),
      }
    })
    .toSorted((left, right) => (left.service.name < right.service.name ? -1 : 1))
}

const byName = (left: { readonly name: string }, right: { readonly name: string }): number =>
  left.name < right.name ? -1 : 1

const sourceOf = ({ metadata, spec }: ManifestOf<'Source'>): DeclaredSource => ({
  name: metadata.name,
  ...spec,
})

export const ruleOf = ({ metadata, spec }: ManifestOf<'Rule'>, version: number): Rule => ({
  name: metadata.name,
  version,
  part: spec.part ?? null,
  metric: spec.metric,
  unit: spec.unit ?? null,
  inputs: spec.inputs,
  combine: spec.combine ?? 'sum',
})

const byNameAndVersion = (left: Agreement, right: Agreement): number =>
  left.name === right.name ? left.version - right.version : left.name < right.name ? -1 : 1

function partOf(
  part: ManifestOf<'Service'>['spec']['parts'][number],
  type: ManifestOf<'InstanceType'>,
): Part {
  const { name, instanceType, run, characteristics, calls, instances } = part
  return {
    name,
    instanceType,
    price: type.spec.price,
    revision: revisionOf(run, type, calls),
    characteristics: characteristics ?? null,
    calls,
    minInstances: instances.min,
    maxInstances: instances.max,
  }
}

function agreementOf(
  { metadata, spec }: ManifestOf<'Agreement'>,
  version: number,
  since: EpochMs | null,
): Agreement {
  const { service, levels, conditions = [], schedule = [], remedies = [] } = spec
  return {
    name: metadata.name,
    service,
    version,
    from: spec.from ?? since,
    levels,
    conditions,
    schedule,
    remedies,
    price: spec.price ?? null,
    places: spec.places ?? null,
    coldStart: spec.coldStart ?? 'refused',
  }
}
