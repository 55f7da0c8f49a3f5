import { describe, expect, it } from 'vitest'
import { standardNormalCdf, standardNormalQuantile, standardNormalTail } from './normal.ts'

describe('standard normal distribution', () => {
  it.each([
    [0, 0.5],
    [1, 0.8413447],
    [1.2815516, 0.9],
    [-1.6448536, 0.05],
    [3, 0.9986501],
  ])('has at %d the share %d below it', (z, share) => {
    expect(standardNormalCdf(z)).toBeCloseTo(share, 6)
  })

  it.each([0.001, 0.02, 0.1, 0.5, 0.9, 0.95, 0.99, 0.9999])(
    'finds the quantile %d whose share it is',
    (p) => {
      expect(standardNormalCdf(standardNormalQuantile(p))).toBeCloseTo(p, 6)
    },
  )
})

it('keeps its digits far out in the tail', () => {
  expect(standardNormalTail(8) / 6.220960574e-16).toBeCloseTo(1, 6)
})
