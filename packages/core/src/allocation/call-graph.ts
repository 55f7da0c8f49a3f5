/** How often each part is visited by one operation of the service, and in which order parts come. */
import type { Part, Service } from '../agreement/index.ts'
import type { PartName } from '../units/index.ts'

export interface Visited {
  readonly part: Part
  /** Mean number of visits by one operation that enters the service. */
  readonly visits: number
  readonly callers: readonly { readonly part: PartName; readonly times: number }[]
}

/** Services do not change, and each is asked about several times a tick. */
const remembered = new WeakMap<Service, readonly Visited[]>()

/** Callers first. Parts that no operation reaches are left out; cycles have been refused with the manifest. */
export function visitedParts(service: Service): readonly Visited[] {
  const known = remembered.get(service)
  if (known !== undefined) return known
  const visited = follow(service)
  remembered.set(service, visited)
  return visited
}

function follow(service: Service): readonly Visited[] {
  const byName = new Map(service.parts.map((part) => [part.name, part]))
  const order: Part[] = []
  const seen = new Set<PartName>()
  const visit = (name: PartName): void => {
    const part = byName.get(name)
    if (part === undefined || seen.has(name)) return
    seen.add(name)
    for (const call of part.calls) visit(call.part)
    order.unshift(part)
  }
  if (service.entry !== null) visit(service.entry)

  const visits = new Map<PartName, number>()
  return order.map((part) => {
    const callers = order.flatMap((caller) =>
      caller.calls
        .filter((call) => call.part === part.name)
        .map(({ times }) => ({ part: caller.name, times })),
    )
    const own = part.name === service.entry ? 1 : 0
    const total = callers.reduce((sum, caller) => sum + (visits.get(caller.part) ?? 0) * caller.times, own)
    visits.set(part.name, total)
    return { part, visits: total, callers }
  })
}
