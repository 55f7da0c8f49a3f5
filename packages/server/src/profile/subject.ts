/** What is profiled: a service as its manifest says it is run, and nothing else of the manifests it stands among. */
import type { Characteristics, PartCall } from '@holdfast/core/agreement'
import { fail, nearest, ok, type PartName, type Result, type ServiceName } from '@holdfast/core/units'
import { problem, type Problem } from '../errors/index.ts'
import { readManifests, readStored, type JsonValue, type ParsedManifest } from '../manifests/index.ts'
import type { RouteLimits } from '../platforms/gateway/gateway.ts'
import type { RunSpec } from '../platforms/platform.ts'

export interface SubjectPart {
  readonly name: PartName
  readonly run: RunSpec
  /** Operations that one instance is given at once. */
  readonly concurrency: number
  readonly calls: readonly PartCall[]
  readonly expected: Characteristics | null
}

export interface Subject {
  readonly service: ServiceName
  readonly entry: PartName
  readonly limits: RouteLimits
  readonly parts: readonly SubjectPart[]
}

/** What the gateway gives one instance at once where the manifest does not say. */
const DEFAULT_CONCURRENCY = 256

interface ManifestText {
  readonly name: string
  readonly directory: string
  readonly text: string
}

export function subjectInFiles(files: readonly ManifestText[], service: string): Result<Subject, Problem> {
  const read = readManifests(files)
  return read.ok ? subjectAmong(read.value, service) : read
}

/** The manifest as the server keeps it. */
export function subjectInDocument(document: unknown, service: string): Result<Subject, Problem> {
  const read = readStored(document as JsonValue, 0)
  return read.ok ? subjectAmong([read.value], service) : read
}

function subjectAmong(manifests: readonly ParsedManifest[], service: string): Result<Subject, Problem> {
  const services = manifests.flatMap(({ manifest }) => (manifest.kind === 'Service' ? [manifest] : []))
  const found = services.find(({ metadata }) => metadata.name === service)
  if (found === undefined) {
    const names = services.map(({ metadata }) => metadata.name)
    const near = nearest(service, names)
    const hint =
      near === null ? `There is: ${names.join(', ') || 'no service at all'}.` : `Did you mean "${near}"?`
    return fail(problem('not-found', `There is no service "${service}" in what was given. ${hint}`))
  }
  const { gateway } = found.spec
  if (gateway === undefined)
    return fail(
      problem('usage', `The service "${service}" takes no operations, so there is nothing to drive it with.`),
    )
  const silent = found.spec.parts.find(({ run }) => run.readiness.kind === 'running')
  if (silent !== undefined)
    return fail(
      problem(
        'usage',
        `The part "${silent.name}" only says that it runs; only what serves can be driven. ` +
          'Give it a readiness of http or listening.',
      ),
    )
  return ok({
    service: found.metadata.name,
    entry: gateway.entry,
    limits: gateway.limits,
    parts: found.spec.parts.map(({ name, run, concurrency, calls, characteristics }) => ({
      name,
      run,
      concurrency: concurrency ?? DEFAULT_CONCURRENCY,
      calls: calls.filter(({ part }) => found.spec.parts.some((one) => one.name === part)),
      expected: characteristics ?? null,
    })),
  })
}
