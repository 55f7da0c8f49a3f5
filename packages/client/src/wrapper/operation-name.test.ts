// Goal: an operation is called as the gateway calls it. Method: the gateway's own naming beside ours.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { operationName as theirs } from '../../../server/src/operation-name.ts'
import { operationName, pathTemplate } from './operation-name.ts'

const segment = fc.oneof(
  fc.constantFrom('orders', '17', 'a'.repeat(70), '01ARZ3NDEKTSV4RRFFQ69G5FAV', 'deadbeefdeadbeef1', ''),
  fc.uuid(),
  fc.string(),
)
const target = fc
  .tuple(fc.array(segment, { maxLength: 3 }), fc.constantFrom('', '?a=/b'))
  .map(([segments, query]) => `/${segments.join('/')}${query}`)

it('names an operation as the gateway does', () => {
  fc.assert(
    fc.property(target, (path) => {
      expect(operationName('GET', path)).toBe(theirs('GET', path))
    }),
    {
      numRuns: 1_000,
    },
  )
})

it.each([
  ['http://shop.example/orders/17', 'GET /orders'],
  ['*', 'GET /'],
  ['', 'GET /'],
])('finds the path of the target "%s"', (path, name) => {
  expect(operationName('GET', path)).toBe(name)
})

it('replaces identifiers in each segment of a path', () => {
  expect(pathTemplate('/api/17/users')).toBe('/api/:id/users')
})
