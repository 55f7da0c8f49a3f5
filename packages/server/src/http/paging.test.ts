// Goal: following the cursors gives every item once, also when items come and go between the pages.
import { expect, it } from 'vitest'
import { ProblemError } from '../errors/index.ts'
import { decodeCursor, encodeCursor, pageOfItems } from './paging.ts'

const names = ['delta', 'alpha', 'charlie', 'bravo', 'echo']
const page = (items: readonly string[], limit: number, cursor?: string) =>
  pageOfItems(items, (name) => name, { limit, cursor })

it('goes through all items in the order of their names and ends with no cursor', () => {
  const first = page(names, 2)
  expect(first.items).toEqual(['alpha', 'bravo'])
  const second = page(names, 2, first.next ?? '')
  expect(second.items).toEqual(['charlie', 'delta'])
  expect(page(names, 2, second.next ?? '')).toEqual({ items: ['echo'], next: null })
})

it('reads on after the last item although that item is gone', () => {
  const { next } = page(names, 2)
  expect(page(['alpha', 'charlie'], 2, next ?? '').items).toEqual(['charlie'])
})

it('refuses a cursor that no page gave', () => {
  for (const cursor of ['', '%%%', 'a b']) expect(() => decodeCursor(cursor)).toThrow(ProblemError)
  expect(decodeCursor(encodeCursor('größe'))).toBe('größe')
})
