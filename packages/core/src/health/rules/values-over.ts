/** How many values of a distribution exceed a limit, as a whole number, by the buckets that it lies between. */
import { countAtMost, type Distribution } from '../../stats/index.ts'

export const valuesOver = (distribution: Distribution, limit: number): number =>
  Math.max(0, distribution.count - Math.round(countAtMost(distribution, limit)))
