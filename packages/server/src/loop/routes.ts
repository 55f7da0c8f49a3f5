/** What the gateway has to route: the ready instances that are wanted, and the limits that operations are counted against. */
import { inForce, termsAt, type Agreement, type Level } from '@holdfast/core/agreement'
import type { DesiredInstance } from '@holdfast/core/control'
import type { EpochMs } from '@holdfast/core/units'
import type { CountedLevel, PartRoute, ServiceRoute } from '../platforms/gateway/gateway.ts'
import type { PlatformInstance } from '../platforms/platform.ts'
import type { ResolvedService } from '../manifests/index.ts'
import type { SatisfactionLevel } from '../sources/index.ts'

export interface Routed {
  readonly resolved: ResolvedService
  readonly desired: readonly DesiredInstance[]
}

/** Services that take no operations have no route. */
export function routesOf(
  services: readonly Routed[],
  present: readonly PlatformInstance[],
  now: EpochMs,
): readonly ServiceRoute[] {
  return services.flatMap(({ resolved, desired }) => {
    const { service, gateway } = resolved
    if (service.entry === null || gateway === null) return []
    const wanted = new Set(desired.map(({ id }) => id))
    const serving = present.filter(({ id, phase }) => wanted.has(id) && phase === 'ready')
    return [
      {
        service: service.name,
        entry: service.entry,
        port: gateway.port,
        limits: gateway.limits,
        levels: countedLevels(resolved.agreements, now),
        parts: service.parts.map((part): PartRoute => ({
          part: part.name,
          concurrency: resolved.concurrency[part.name] ?? DEFAULT_CONCURRENCY,
          endpoints: serving.flatMap(({ id, part: of, address }) =>
            of === part.name && address !== null ? [{ instance: id, ...address }] : [],
          ),
        })),
      },
    ]
  })
}

/** Enough for any event-driven server, and a bound on what one instance can be buried under. */
const DEFAULT_CONCURRENCY = 256

/** What answers of clients are counted against. */
export function satisfactionLevels(
  agreements: readonly Agreement[],
  now: EpochMs,
): readonly SatisfactionLevel[] {
  return inForce(agreements, now)
    .flatMap((agreement) => termsAt(agreement, now).levels)
    .flatMap(({ name, metric, scope }) =>
      metric.kind === 'satisfaction'
        ? [{ level: name, missing: 1 - metric.limit, class: scope.class ?? null }]
        : [],
    )
}

export function countedLevels(agreements: readonly Agreement[], now: EpochMs): readonly CountedLevel[] {
  return inForce(agreements, now)
    .flatMap((agreement) => termsAt(agreement, now).levels)
    .flatMap((level) => countedLevel(level))
}

function countedLevel({ name, metric, scope }: Level): readonly CountedLevel[] {
  const common = {
    level: name,
    part: scope.part ?? null,
    operation: scope.operation ?? null,
    class: scope.class ?? null,
  }
  switch (metric.kind) {
    case 'response-time':
    case 'service-time':
      return [{ ...common, counts: metric.kind, limitMs: metric.limit }]
    case 'error-ratio':
      return [{ ...common, counts: 'error-ratio', limitMs: 0 }]
    case 'queue-length':
    case 'throughput':
    case 'satisfaction':
    case 'job-completion':
    case 'availability':
      return []
  }
}
