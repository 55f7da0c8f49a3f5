/** When enough was measured: as soon as the interval is narrow enough, within stated bounds. */
import { estimateMean, relativeWidth } from './estimate.ts'

interface Enough {
  readonly least: number
  readonly most: number
  readonly precision: number
}

/** Of fewer than a hundred a 95th percentile has no upper end. */
const OPERATIONS: Enough = { least: 120, most: 500, precision: 0.02 }

const STARTS: Enough = { least: 3, most: 8, precision: 0.1 }

export const enoughOperations = (valuesMs: readonly number[]): boolean => isEnough(valuesMs, OPERATIONS)
export const enoughStarts = (valuesMs: readonly number[]): boolean => isEnough(valuesMs, STARTS)

function isEnough(values: readonly number[], { least, most, precision }: Enough): boolean {
  if (values.length < least) return false
  const estimate = estimateMean(values)
  return values.length >= most || (estimate !== null && relativeWidth(estimate) <= precision)
}
