/**
 * Keeps the sources of all services: runs those that are declared, takes in what is pushed, and hands to the loop what
 * they told since its last tick.
 */
import type { Believed, KnownSeries } from '@holdfast/core/health'
import { canonicalJson } from '@holdfast/core/control'
import type { EpochMs, PartName, ServiceName, SourceName } from '@holdfast/core/units'
import type { Clock } from '../clock.ts'
import type { ResolvedService } from '../manifests/index.ts'
import type { CountedLevel } from '../platforms/gateway/gateway.ts'
import { runDeclared, type DeclaredRun, type RunState } from './declared-run.ts'
import type { History } from './history.ts'
import type { Intakes } from './intake.ts'
import { createServiceSources, type ServiceSources, type SourceEntry } from './service-sources.ts'
import { readStanding } from './standing-text.ts'
import type { DeclaredSource, OpenedSource, SourceGiven, SourceInstance } from './source.ts'
import { noInputs, type Told } from './told.ts'

export interface SourceStatus {
  readonly name: SourceName
  /** Null for what is pushed. */
  readonly declared: DeclaredSource | null
  readonly run: RunState | null
  readonly arrivedAt: EpochMs | null
  readonly series: number
  readonly faults: ReturnType<SourceEntry['table']['faults']>
  /** About whose operations it is believed: null is the whole service. */
  readonly believedAbout: readonly (PartName | null)[]
}

export interface FollowedService {
  readonly resolved: ResolvedService
  readonly levels: readonly CountedLevel[]
}

export interface SourceKeeper extends Intakes, AsyncDisposable {
  /** The services that there are, as they are now. */
  follow(services: readonly FollowedService[]): void
  take(service: ServiceName, now: EpochMs): Told
  statuses(service: string): readonly SourceStatus[]
  /** The series that one of its sources tells of. */
  series(service: string, source: string): readonly KnownSeries[]
  /** What was told lately, for rules to be tried on; null where there is no such service. */
  history(service: string): Pick<History, 'between' | 'since'> | null
}

export interface SourceDependencies {
  readonly clock: Clock
  readonly open: (given: SourceGiven) => OpenedSource
  readonly instances: (service: ServiceName) => Promise<readonly SourceInstance[]>
  /** What the sources of services stood at when they were last stored. */
  readonly standings?: ReadonlyMap<ServiceName, string>
}

const nothingTold: Told = { measured: null, inputs: noInputs, sources: [], standing: null }

export function createSourceKeeper(dependencies: SourceDependencies): SourceKeeper {
  const { clock } = dependencies
  const services = new Map<string, { readonly sources: ServiceSources; resolved: ResolvedService }>()
  const runs = new Map<string, DeclaredRun>()
  const ending = new Set<Promise<void>>()

  /** Where it stood once: a service that is made anew under the name begins anew. */
  const standings = new Map(dependencies.standings)
  const begun = (resolved: ResolvedService): ServiceSources => {
    const { name } = resolved.service
    const standing = standings.get(name)
    standings.delete(name)
    return createServiceSources(resolved, standing === undefined ? null : readStanding(standing))
  }

  const stop = (key: string, run: DeclaredRun): void => {
    runs.delete(key)
    const end = Promise.resolve(run[Symbol.asyncDispose]()).finally(() => ending.delete(end))
    ending.add(end)
  }
  const start = (declared: DeclaredSource, sources: ServiceSources): void => {
    const entry = sources.open(declared.name)
    if (entry === null) return
    entry.askedAbout = declared.part
    const sink = entry.table
    const instances = (): Promise<readonly SourceInstance[]> => dependencies.instances(declared.service)
    const opened = dependencies.open({ declared, sink, instances })
    const onSuccess = (at: EpochMs): void => void (entry.arrivedAt = at)
    runs.set(keyOf(declared), runDeclared({ declared, opened, sink, clock, onSuccess }))
  }

  return {
    of(service, source) {
      return services.get(service)?.sources.intake(source) ?? null
    },
    follow(present) {
      for (const { resolved, levels } of present) {
        const name = resolved.service.name
        const known = services.get(name) ?? { sources: begun(resolved), resolved }
        services.set(name, known)
        known.resolved = resolved
        known.sources.follow(resolved, levels)
      }
      const wanted = new Map(
        present.flatMap(({ resolved }) => resolved.sources.map((one) => [keyOf(one), one] as const)),
      )
      for (const [key, run] of runs) {
        const now = wanted.get(key)
        if (now !== undefined && (now === run.declared || canonicalJson(now) === canonicalJson(run.declared)))
          continue
        // What it told counts as another source's: series of the same name may mean something else now.
        stop(key, run)
        services.get(run.declared.service)?.sources.close(run.declared.name)
      }
      for (const name of services.keys())
        if (!present.some(({ resolved }) => resolved.service.name === name)) services.delete(name)
      for (const [key, declared] of wanted) {
        const sources = services.get(declared.service)?.sources
        if (!runs.has(key) && sources !== undefined) start(declared, sources)
      }
    },
    take(service, now) {
      return services.get(service)?.sources.take(now) ?? nothingTold
    },
    statuses(service) {
      const known = services.get(service)
      if (known === undefined) return []
      const believed = [...known.sources.believed()]
      return known.sources
        .entries()
        .map((entry) => statusOf(entry, runs.get(`${service}/${entry.name}`) ?? null, believed))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    },
    series: (service, source) =>
      services
        .get(service)
        ?.sources.entries()
        .find(({ name }) => name === source)
        ?.table.list() ?? [],
    history: (service) => services.get(service)?.sources.history ?? null,
    async [Symbol.asyncDispose]() {
      for (const [key, run] of runs) stop(key, run)
      await Promise.all(ending)
    },
  }
}

const keyOf = ({ service, name }: DeclaredSource): string => `${service}/${name}`

function statusOf(
  { name, table, arrivedAt }: SourceEntry,
  run: DeclaredRun | null,
  believed: readonly (readonly [PartName | null, Believed])[],
): SourceStatus {
  return {
    name,
    declared: run?.declared ?? null,
    run: run?.state() ?? null,
    arrivedAt,
    series: table.size(),
    faults: table.faults(),
    believedAbout: believed.flatMap(([part, { source }]) => (source === name ? [part] : [])),
  }
}
