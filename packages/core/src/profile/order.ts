/** In which order parts are profiled, and what must stand behind one: those that are called come first. */
import type { PartCall } from '../agreement/index.ts'
import type { PartName } from '../units/index.ts'

export interface CallingPart {
  readonly name: PartName
  readonly calls: readonly PartCall[]
}

/** Each part after all that it calls. A call in a circle, or of what is not there, is left out. */
export function deepestFirst(parts: readonly CallingPart[]): readonly PartName[] {
  const order: PartName[] = []
  const entered = new Set<PartName>()
  const visit = (name: PartName): void => {
    const part = parts.find((one) => one.name === name)
    if (part === undefined || entered.has(name)) return
    entered.add(name)
    for (const call of part.calls) visit(call.part)
    order.push(name)
  }
  for (const { name } of parts) visit(name)
  return order
}

/** How often one operation of the part reaches each part behind it, over all ways. */
export function visitsBehind(
  parts: readonly CallingPart[],
  from: PartName,
): Readonly<Record<PartName, number>> {
  const visits = new Map<PartName, number>([[from, 1]])
  for (const name of deepestFirst(parts).toReversed()) {
    const times = visits.get(name)
    if (times === undefined) continue
    for (const call of parts.find((part) => part.name === name)?.calls ?? [])
      visits.set(call.part, (visits.get(call.part) ?? 0) + times * call.times)
  }
  visits.delete(from)
  return Object.fromEntries(visits)
}

/** Where parts behind are busier than this, waiting for them would be taken for the caller's. */
const BUSY_BEHIND = 0.6

/** Instances of a part behind that let so much through without being what holds it up. */
export function instancesBehind(perSecond: number, visits: number, capacityPerSecond: number): number {
  return Math.max(1, Math.ceil((perSecond * visits) / (BUSY_BEHIND * capacityPerSecond)))
}

/** A part behind that is as busy as this may be what holds the caller up. */
const AT_ITS_END = 0.85

export function holdsUp(completedPerSecond: number, instances: number, capacityPerSecond: number): boolean {
  return completedPerSecond > AT_ITS_END * instances * capacityPerSecond
}
