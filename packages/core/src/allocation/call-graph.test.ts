// Which parts an operation visits, how often, and in which order.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Part, Service } from '../agreement/index.ts'
import { branded, micros, type InstanceTypeName, type PartName, type ServiceName } from '../units/index.ts'
import { visitedParts } from './call-graph.ts'

const partName = (name: string): PartName => branded<PartName>(name)

const part = (name: string, calls: Readonly<Record<string, number>> = {}): Part => ({
  name: partName(name),
  instanceType: branded<InstanceTypeName>('small'),
  price: { currency: 'EUR', microsPerHour: micros(1n) },
  revision: 'r1',
  characteristics: null,
  calls: Object.entries(calls).map(([called, times]) => ({ part: partName(called), times })),
  minInstances: 1,
  maxInstances: 1,
})

const service = (entry: string | null, ...parts: readonly Part[]): Service => ({
  name: branded<ServiceName>('shop'),
  entry: entry === null ? null : partName(entry),
  parts,
  mode: 'act',
  hints: [],
  batch: null,
})

const visits = (of: Service): Readonly<Record<string, number>> =>
  Object.fromEntries(visitedParts(of).map((visited) => [visited.part.name, visited.visits]))

describe('visitedParts', () => {
  it('multiplies the calls along a chain', () => {
    expect(
      visits(service('web', part('data'), part('logic', { data: 3 }), part('web', { logic: 2 }))),
    ).toEqual({
      web: 1,
      logic: 2,
      data: 6,
    })
  })

  it('adds the calls of several callers', () => {
    const diamond = service(
      'web',
      part('web', { a: 1, b: 0.5 }),
      part('a', { data: 2 }),
      part('b', { data: 4 }),
      part('data'),
    )
    expect(visits(diamond)).toEqual({ web: 1, a: 1, b: 0.5, data: 4 })
    expect(visitedParts(diamond).find((visited) => visited.part.name === 'data')?.callers).toEqual([
      { part: 'b', times: 4 },
      { part: 'a', times: 2 },
    ])
  })

  it('leaves out what no operation reaches, and calls of parts that do not exist', () => {
    expect(visits(service('web', part('web', { ghost: 1 }), part('batch')))).toEqual({ web: 1 })
  })

  it('finds nothing in a service that takes no operations', () => {
    expect(visitedParts(service(null, part('batch')))).toEqual([])
  })

  it('puts callers before those they call, in any acyclic graph', () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const graph = fc.array(fc.subarray([0, 1, 2, 3, 4]), { minLength: 5, maxLength: 5 })
    fc.assert(
      fc.property(graph, fc.shuffledSubarray(names, { minLength: 5 }), (calls, order) => {
        // Later ones only, so that there is no cycle; listed in any order.
        const parts = names.map((name, i) =>
          part(
            name,
            Object.fromEntries((calls[i] ?? []).filter((j) => j > i).map((j) => [names[j] ?? '', 1])),
          ),
        )
        const listed = order.flatMap((name) => parts.filter((one) => one.name === name))
        const found = visitedParts(service('a', ...listed)).map((visited) => visited.part)
        for (const [i, caller] of found.entries())
          for (const { part: called } of caller.calls)
            expect(found.findIndex(({ name }) => name === called)).toBeGreaterThan(i)
      }),
    )
  })
})
