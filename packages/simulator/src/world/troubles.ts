/** The lasting faults that hold at present, and what they make of parts and hosts. */
import type { PartName } from '@holdfast/core/units'
import type { LastingFault } from './faults.ts'
import type { SimulatedHost } from './hosts.ts'
import type { SimulatedPart } from './simulated-part.ts'
import { noTrouble, type PartTrouble } from './slowness.ts'

export class Troubles {
  readonly #parts: ReadonlyMap<PartName, SimulatedPart>
  /** In the order in which they began; with the host that each struck. */
  readonly #active = new Map<LastingFault, SimulatedHost | null>()

  constructor(parts: ReadonlyMap<PartName, SimulatedPart>) {
    this.#parts = parts
  }

  begin(fault: LastingFault, now: number): void {
    const part = fault.kind === 'surge' ? undefined : this.#parts.get(fault.part)
    const struck = part?.instances.find(({ phase }) => phase === 'ready') ?? null
    this.#active.set(fault, isOfHost(fault) ? (struck?.host ?? null) : null)
    if (fault.kind === 'leak') {
      for (const instance of part?.instances ?? []) {
        instance.leakedOperations = 0
        instance.leaksSince = now
      }
    }
    this.#apply()
  }

  end(fault: LastingFault): void {
    const host = this.#active.get(fault) ?? null
    this.#active.delete(fault)
    if (host !== null) setShares(host, this.#active)
    this.#apply()
  }

  #apply(): void {
    for (const part of this.#parts.values()) part.trouble = troubleOf(part.name, this.#active.keys())
    for (const host of this.#active.values()) if (host !== null) setShares(host, this.#active)
  }
}

function troubleOf(part: PartName, active: Iterable<LastingFault>): PartTrouble {
  let trouble = noTrouble
  for (const fault of active)
    if (fault.kind !== 'surge' && fault.part === part) trouble = withFault(trouble, fault)
  return trouble
}

function withFault(trouble: PartTrouble, fault: LastingFault): PartTrouble {
  switch (fault.kind) {
    case 'slow-code':
      return { ...trouble, slowness: trouble.slowness * fault.factor }
    case 'slow-dependency':
      return { ...trouble, addedMs: trouble.addedMs + fault.addedMs }
    case 'lock':
      return { ...trouble, contention: trouble.contention + fault.contention }
    case 'leak': {
      const { perOperation, perHour, crashesAt } = fault
      return { ...trouble, leak: { perOperation, perHour, crashesAt: crashesAt ?? Infinity } }
    }
    case 'cold-start':
      return { ...trouble, coldStart: { factor: fault.factor, lastsMs: fault.warmUp } }
    case 'crashes':
      return { ...trouble, crashesPerHour: trouble.crashesPerHour + fault.perInstanceHour }
    case 'noisy-neighbour':
    case 'throttled-host':
    case 'surge':
      return trouble
  }
}

/** Of what one takes, the next one takes its share of the rest. */
function setShares(host: SimulatedHost, active: ReadonlyMap<LastingFault, SimulatedHost | null>): void {
  let [steal, throttled] = [1, 1]
  for (const [fault, struck] of active) {
    if (struck !== host) continue
    if (fault.kind === 'noisy-neighbour') steal *= 1 - fault.share
    if (fault.kind === 'throttled-host') throttled *= 1 - fault.share
  }
  host.stealShare = 1 - steal
  host.throttledShare = 1 - throttled
}

const isOfHost = ({ kind }: LastingFault): boolean => kind === 'noisy-neighbour' || kind === 'throttled-host'
