/** The hazards by age of the laws that populations are made with. */
import { AGE_EDGES } from '@holdfast/core/pacing'
import { REGULAR_STEPS } from './populations.ts'

export function knownHazard(law: 'by chance' | 'regular'): Float64Array {
  if (law === 'by chance') return new Float64Array(AGE_EDGES.length).fill(1)
  return AGE_EDGES.map((from, i) => {
    const to = AGE_EDGES[i + 1] ?? 2 * from
    return Math.max(0, (logSurvival(from) - logSurvival(to)) / (to - from))
  })
}

/** Of an Erlang law with the mean 1. */
function logSurvival(age: number): number {
  const x = REGULAR_STEPS * age
  let term = 1
  let sum = 1
  for (let k = 1; k < REGULAR_STEPS; k += 1) {
    term *= x / k
    sum += term
  }
  return Math.log(sum) - x
}
