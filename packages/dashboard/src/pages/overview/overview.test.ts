// Goal: the list shows the right services in the right order, and only as many rows as can be seen.
import { describe, expect, it } from 'vitest'
import { summary } from '../../api/example-views.ts'
import { countStates, orderedNames } from './order.ts'
import type { Selection } from './order.ts'
import { rowsInView, scrollToRow } from './window-rows.ts'

const services = [
  summary({ name: 'shop-10', state: 'kept', budgetLeftRatio: 0.7, requestsPerSecond: 5 }),
  summary({ name: 'shop-9', state: 'kept', budgetLeftRatio: null, requestsPerSecond: null }),
  summary({ name: 'mail', state: 'breached', budgetLeftRatio: 0, owner: 'globex' }),
  summary({ name: 'search', state: 'at-risk', budgetLeftRatio: 0.1, costPerHour: '0.50 EUR' }),
  summary({ name: 'new', state: 'unknown', response: null }),
]

const everything: Selection = { text: '', state: null, sorting: { key: 'state', descending: false } }
const sortedBy = (key: Selection['sorting']['key'], descending = false): readonly string[] =>
  orderedNames(services, { ...everything, sorting: { key, descending } })

describe('the order', () => {
  it('puts the worst verdict first and equals by name, numbers as numbers', () => {
    expect(sortedBy('state')).toEqual(['mail', 'search', 'shop-9', 'shop-10', 'new'])
  })

  it('can be turned, and what is not known comes last both ways', () => {
    expect(sortedBy('budget')).toEqual(['mail', 'search', 'new', 'shop-10', 'shop-9'])
    expect(sortedBy('budget', true).at(-1)).toBe('shop-9')
    expect(sortedBy('name', true)[0]).toBe('shop-10')
  })

  it('compares response times by how near they are to their limits', () => {
    const slow = summary({ name: 'slow', limitMs: 1_000, response: { p50Ms: 1, p90Ms: 500, p99Ms: 900 } })
    const near = summary({ name: 'near', limitMs: 100, response: { p50Ms: 1, p90Ms: 90, p99Ms: 99 } })
    const sorting = { key: 'response', descending: true } as const
    expect(orderedNames([slow, near], { ...everything, sorting })).toEqual(['near', 'slow'])
  })

  it('sorts by cost, requests and instances too', () => {
    expect(sortedBy('cost', true)[0]).toBe('search')
    expect(sortedBy('requests', true)[0]).toBe('shop-10')
    expect(sortedBy('instances')).toHaveLength(services.length)
  })
})

describe('the filter', () => {
  it('finds by name, owner and part, whatever the case', () => {
    const found = (text: string): readonly string[] => orderedNames(services, { ...everything, text })
    expect(found('SHOP')).toEqual(['shop-9', 'shop-10'])
    expect(found('globex')).toEqual(['mail'])
    expect(found(' interface ')).toHaveLength(services.length)
    expect(found('nothing')).toEqual([])
  })

  it('shows one verdict only where one is chosen, and counts all of them', () => {
    expect(orderedNames(services, { ...everything, state: 'kept' })).toEqual(['shop-9', 'shop-10'])
    expect(countStates(services)).toEqual({ kept: 2, 'at-risk': 1, breached: 1, unknown: 1 })
  })
})

describe('the rows in view', () => {
  const rows = (scrolledPx: number, count = 10_000) =>
    rowsInView({ count, rowPx: 50, scrolledPx, viewPx: 500 })

  it('are as few as the view needs, wherever the list stands', () => {
    for (const scrolledPx of [-200, 0, 12_345, 250_000, 499_500, 600_000]) {
      const { first, end, beforePx, afterPx } = rows(scrolledPx)
      expect(end - first).toBeLessThanOrEqual(24)
      expect(beforePx + (end - first) * 50 + afterPx).toBe(500_000)
    }
  })

  it('hold every row that can be seen', () => {
    const { first, end } = rows(1_234)
    expect(first).toBeLessThanOrEqual(24)
    expect(end).toBeGreaterThanOrEqual(35)
  })

  it('are none of an empty list', () => {
    expect(rows(0, 0)).toEqual({ first: 0, end: 0, beforePx: 0, afterPx: 0 })
  })

  it('scroll only as far as it takes to see a row whole, below what covers the top', () => {
    const to = (index: number): number =>
      scrollToRow({ index, rowPx: 50, scrolledPx: 1_000, viewPx: 500, coveredPx: 40 })
    expect([to(20), to(25), to(30)]).toEqual([-40, 0, 50])
  })
})
