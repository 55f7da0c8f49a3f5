/**
 * The machines that instances run on. Instances of one part are spread over them; a host that is kept from
 * running, by its neighbours or by a quota, makes all its instances slow, and its figures say so.
 */
import type { HostFigures } from '@holdfast/core/health'
import type { PartName } from '@holdfast/core/units'

export interface SimulatedHost {
  readonly name: string
  readonly parts: PartName[]
  /** Shares of its time that neighbours and quotas take from what would run. */
  stealShare: number
  throttledShare: number
  /** Service time of its instances, and what of it neighbours took, since the last look. */
  busyMs: number
  stolenMs: number
}

/** A few instances each, so that one host's trouble is not the whole part's. */
const ROOM = 4

/** Instances are spread from the beginning on, as over a cluster that is there before them. */
const FIRST_HOSTS = 4

export class Hosts {
  readonly #all: SimulatedHost[] = []

  constructor() {
    for (let i = 0; i < FIRST_HOSTS; i++) this.#add()
  }

  get all(): readonly SimulatedHost[] {
    return this.#all
  }

  /** On the host with the fewest instances of the part, and among equals with the fewest in all. */
  place(part: PartName): SimulatedHost {
    let best: SimulatedHost | null = null
    for (const host of this.#all) {
      if (host.parts.length < ROOM && (best === null || isEmptier(host, best, part))) best = host
    }
    const chosen = best ?? this.#add()
    chosen.parts.push(part)
    return chosen
  }

  leave({ parts }: SimulatedHost, part: PartName): void {
    parts.splice(parts.indexOf(part), 1)
  }

  #add(): SimulatedHost {
    const name = `host-${this.#all.length + 1}`
    const host = { name, parts: [], stealShare: 0, throttledShare: 0, busyMs: 0, stolenMs: 0 }
    this.#all.push(host)
    return host
  }
}

function isEmptier(host: SimulatedHost, than: SimulatedHost, part: PartName): boolean {
  const of = (candidate: SimulatedHost): number => candidate.parts.filter((other) => other === part).length
  const [mine, others] = [of(host), of(than)]
  return mine === others ? host.parts.length < than.parts.length : mine < others
}

/** What is kept from running for a share of its time takes so many times as long. */
export const hostSlowness = ({ stealShare, throttledShare }: SimulatedHost): number =>
  1 / ((1 - stealShare) * (1 - throttledShare))

/** What is lost only shows while something runs: of an idle host nothing can be stolen. */
export const hostFigures = (
  { name, busyMs, stolenMs }: SimulatedHost,
  instance: { readonly busyMs: number; readonly throttledMs: number },
  spanMs: number,
): HostFigures => ({
  host: name,
  throttledShare: instance.throttledMs / Math.max(spanMs, instance.busyMs),
  stealShare: stolenMs / Math.max(spanMs, busyMs),
})
