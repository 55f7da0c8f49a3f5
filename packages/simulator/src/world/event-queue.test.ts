/** Goal: events come in the order of time, and of one instant in the order in which they were put in. */
import { expect, test } from 'vitest'
import { seededRandom } from '@holdfast/core/stats'
import { EventQueue } from './event-queue.ts'

test('Events come in the order of their times, whatever the order in which they were put in.', () => {
  const random = seededRandom(3)
  const times = Array.from({ length: 2_000 }, () => Math.floor(random.next() * 500))
  const queue = new EventQueue<readonly [at: number, order: number]>()
  for (const [order, at] of times.entries()) queue.push(at, [at, order])

  const expected = times
    .map((at, order) => [at, order] as const)
    .toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
  expect(Array.from({ length: times.length }, () => queue.pop())).toEqual(expected)
  expect(queue.pop()).toBeUndefined()
})

test('Events may be put in while others are taken out.', () => {
  const queue = new EventQueue<string>()
  queue.push(5, 'five')
  queue.push(1, 'one')
  expect(queue.nextAt).toBe(1)
  expect(queue.pop()).toBe('one')
  queue.push(2, 'two')
  queue.push(5, 'five again')
  expect([queue.pop(), queue.pop(), queue.pop(), queue.pop()]).toEqual([
    'two',
    'five',
    'five again',
    undefined,
  ])
  expect(queue.nextAt).toBe(Infinity)
  expect(queue.size).toBe(0)
})
