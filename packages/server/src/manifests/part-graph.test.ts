// Goal: a cycle is found exactly when there is one, and is one. Method: small graphs, random graphs, a long chain.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { findCycle, reachableFrom } from './part-graph.ts'

const graph = (edges: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, readonly string[]> =>
  new Map(Object.entries(edges))

it('names the cycle from the first part that is in it back to that part', () => {
  expect(findCycle(graph({ a: ['b'], b: ['c'], c: ['b'] }))).toEqual(['b', 'c', 'b'])
  expect(findCycle(graph({ a: ['a'] }))).toEqual(['a', 'a'])
})

it('sees no cycle where two ways lead to one part, or to one that does not exist', () => {
  expect(findCycle(graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: ['x'] }))).toBeNull()
})

it('walks a chain of any length', () => {
  const chain = Array.from({ length: 50_000 }, (_, i): [string, readonly string[]] => [
    `p${i}`,
    [`p${i + 1}`],
  ])
  expect(findCycle(new Map(chain))).toBeNull()
})

it('finds a cycle exactly when some part reaches itself, and what it finds is one', () => {
  const part = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
  const edges = fc.dictionary(part, fc.array(part, { maxLength: 3 }))
  fc.assert(
    fc.property(edges, (record) => {
      const calls = graph(record)
      const circular = [...calls].some(([part, called]) =>
        called.some((one) => reachableFrom(one, calls).has(part)),
      )
      const cycle = findCycle(calls)
      expect(cycle !== null).toBe(circular)
      for (const [index, part] of cycle?.slice(0, -1).entries() ?? [])
        expect(calls.get(part)).toContain(cycle?.[index + 1])
    }),
  )
})
