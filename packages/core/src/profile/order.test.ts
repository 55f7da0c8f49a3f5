/** Goal: what stands behind a part is known before it is driven. Method: a diamond of parts, by example. */
import { expect, it } from 'vitest'
import { branded, type PartName } from '../units/index.ts'
import { deepestFirst, holdsUp, instancesBehind, visitsBehind, type CallingPart } from './order.ts'

const part = (name: string, calls: Readonly<Record<string, number>>): CallingPart => ({
  name: branded<PartName>(name),
  calls: Object.entries(calls).map(([to, times]) => ({ part: branded<PartName>(to), times })),
})

const diamond = [
  part('web', { stock: 2, price: 1 }),
  part('stock', { data: 1 }),
  part('price', { data: 3 }),
  part('data', {}),
]

it('takes each part after all that it calls', () => {
  expect(deepestFirst(diamond)).toEqual(['data', 'stock', 'price', 'web'])
})

it('ends although parts call each other in a circle or call what is not there', () => {
  expect(deepestFirst([part('a', { b: 1 }), part('b', { a: 1, gone: 1 })])).toEqual(['b', 'a'])
})

it('adds up the visits to a part over all ways to it', () => {
  expect(visitsBehind(diamond, branded<PartName>('web'))).toEqual({ stock: 2, price: 1, data: 5 })
  expect(visitsBehind(diamond, branded<PartName>('data'))).toEqual({})
})

it('puts so many instances behind a part that they are at most three fifths busy', () => {
  expect(instancesBehind(10, 1, 2)).toBe(9)
  expect(instancesBehind(0.1, 1, 2)).toBe(1)
})

it('blames a part behind only when that is nearly at its own capacity', () => {
  expect(holdsUp(17.5, 10, 2)).toBe(true)
  expect(holdsUp(12, 10, 2)).toBe(false)
})
