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
import type { Intake, Intakes } from './intake.ts'
import { createServiceSources, type ServiceSources, type SourceEntry } from './service-sources.ts'
import { readStanding } from './standing-text.ts'
import type { DeclaredSource, OpenedSource, SourceGiven, SourceInstance } from './source.ts'
import { noInputs, type SatisfactionLevel, type Told } from './told.ts'

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
  readonly satisfaction: readonly SatisfactionLevel[]
}

export interface SourceKeeper extends Intakes, AsyncDisposable {
  /** The services that there are, as they are now. */
  follow(services: readonly FollowedService[]): void
  take(service: ServiceName, now: EpochMs): Told
  /** Whether what was taken of it last is stored now. */
  settle(service: ServiceName, isStored: boolean): void
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
  readonly standings?: ReadonlyMap<ServiceName, ReadonlyMap<string, string>>
}

const nothingTold: Told = {
  measured: null,
  inputs: noInputs,
  sources: [],
  isTelling: false,
  answers: [],
  standing: [],
}

export const createSourceKeeper = (dependencies: SourceDependencies): SourceKeeper => new Keeper(dependencies)

interface Kept {
  readonly sources: ServiceSources
  resolved: ResolvedService
}

class Keeper implements SourceKeeper {
  readonly #given: SourceDependencies
  readonly #services = new Map<string, Kept>()
  readonly #runs = new Map<string, DeclaredRun>()
  readonly #ending = new Set<Promise<void>>()
  /** Where they stood once: a service that is made anew under the name begins anew. */
  readonly #standings: Map<ServiceName, ReadonlyMap<string, string>>

  constructor(dependencies: SourceDependencies) {
    this.#given = dependencies
    this.#standings = new Map(dependencies.standings)
  }

  of(service: string, source: SourceName): Intake | null {
    return this.#services.get(service)?.sources.intake(source) ?? null
  }

  follow(present: readonly FollowedService[]): void {
    for (const { resolved, ...levels } of present) {
      const { name } = resolved.service
      const known = this.#services.get(name) ?? { sources: this.#begun(resolved), resolved }
      this.#services.set(name, known)
      known.resolved = resolved
      known.sources.follow(resolved, levels)
    }
    const wanted = new Map(
      present.flatMap(({ resolved }) => resolved.sources.map((one) => [keyOf(one), one] as const)),
    )
    this.#stopUnwanted(wanted)
    for (const name of this.#services.keys())
      if (!present.some(({ resolved }) => resolved.service.name === name)) this.#services.delete(name)
    for (const [key, declared] of wanted) {
      const sources = this.#services.get(declared.service)?.sources
      if (!this.#runs.has(key) && sources !== undefined) this.#start(declared, sources)
    }
  }

  take(service: ServiceName, now: EpochMs): Told {
    return this.#services.get(service)?.sources.take(now) ?? nothingTold
  }

  settle(service: ServiceName, isStored: boolean): void {
    this.#services.get(service)?.sources.settle(isStored)
  }

  statuses(service: string): readonly SourceStatus[] {
    const known = this.#services.get(service)
    if (known === undefined) return []
    // What passes through the gateway it alone tells of.
    const believed = known.resolved.gateway === null ? [...known.sources.believed()] : []
    return known.sources
      .entries()
      .map((entry) => statusOf(entry, this.#runs.get(`${service}/${entry.name}`) ?? null, believed))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  series(service: string, source: string): readonly KnownSeries[] {
    const entries = this.#services.get(service)?.sources.entries() ?? []
    return entries.find(({ name }) => name === source)?.table.list() ?? []
  }

  history(service: string): Pick<History, 'between' | 'since'> | null {
    return this.#services.get(service)?.sources.history ?? null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [key, run] of this.#runs) this.#stop(key, run)
    await Promise.all(this.#ending)
  }

  #begun(resolved: ResolvedService): ServiceSources {
    const { name } = resolved.service
    const standing = this.#standings.get(name)
    this.#standings.delete(name)
    return createServiceSources(resolved, standing === undefined ? null : readStanding(standing))
  }

  #start(declared: DeclaredSource, sources: ServiceSources): void {
    const { clock, open, instances } = this.#given
    const entry = sources.open(declared.name)
    if (entry === null) return
    entry.askedAbout = declared.part
    const sink = entry.table
    const { memory } = entry
    const opened = open({ declared, sink, memory, instances: () => instances(declared.service) })
    const onSuccess = (at: EpochMs): void => void (entry.arrivedAt = at)
    this.#runs.set(keyOf(declared), runDeclared({ declared, opened, sink, clock, onSuccess }))
  }

  #stopUnwanted(wanted: ReadonlyMap<string, DeclaredSource>): void {
    for (const [key, run] of this.#runs) {
      const now = wanted.get(key)
      if (now !== undefined && (now === run.declared || canonicalJson(now) === canonicalJson(run.declared)))
        continue
      // What it told counts as another source's: series of the same name may mean something else now.
      this.#stop(key, run)
      this.#services.get(run.declared.service)?.sources.close(run.declared.name)
    }
  }

  #stop(key: string, run: DeclaredRun): void {
    this.#runs.delete(key)
    const end = Promise.resolve(run[Symbol.asyncDispose]()).finally(() => this.#ending.delete(end))
    this.#ending.add(end)
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
