/** Goal: what keeps the levels at a rate is core's own sizing, worked out once for rates that are nearly one. */
import { termsAt } from '@holdfast/core/agreement'
import { expect, test } from 'vitest'
import { createSizer } from './bounds.ts'
import { shop, shopAgreement } from './shop.ts'
import { SIMULATION_BEGINS } from './simulation-input.ts'

const terms = [termsAt(shopAgreement, SIMULATION_BEGINS)]

test('The shop at its agreed load takes what it is quoted, or one more for the rounding of the rate.', () => {
  const counts = createSizer(shop, terms)(10) ?? {}
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  expect([18, 19]).toContain(total)
})

test('More load never takes fewer instances, and rates within 2 % are sized once.', () => {
  const sizer = createSizer(shop, terms)
  const totals = [0, 0.1, 1, 2, 4, 8].map((rate) =>
    Object.values(sizer(rate) ?? {}).reduce((sum, count) => sum + count, 0),
  )
  expect(totals).toEqual(totals.toSorted((a, b) => a - b))
  expect(sizer(4.001)).toBe(sizer(4.002))
})

test('Without characteristics of a part nothing can be sized.', () => {
  const unknown = {
    ...shop,
    parts: shop.parts.map((part) => Object.assign({}, part, { characteristics: null })),
  }
  expect(createSizer(unknown, terms)(1)).toBeNull()
})
