/** What it takes to answer consumers that each ask for an interval of their own. */
import { eightMetrics } from '@holdfast/core/health'
import { seededRandom } from '@holdfast/core/stats'
import { epochMs } from '@holdfast/core/units'
import { median } from '../bench.ts'
import { BEGIN, HOUR_MS, hourOfOperations } from './hour.ts'

const AT_ONCE = 10_000
const SHORTEST_MS = 1_000
const LONGEST_MS = 300_000
const SEED = 13

/** Of processor time, the median of the rounds. */
export function answerCosts(rounds: number): { readonly microseconds: number } {
  const { timeline } = hourOfOperations()
  const random = seededRandom(SEED)
  const asked = Array.from({ length: AT_ONCE }, () => {
    const length = SHORTEST_MS + random.next() * (LONGEST_MS - SHORTEST_MS)
    const to = BEGIN + Math.floor(LONGEST_MS + random.next() * (HOUR_MS - LONGEST_MS))
    return { from: epochMs(Math.floor(to - length)), to: epochMs(to) }
  })
  const round = (): number => {
    const before = process.cpuUsage()
    let known = 0
    for (const { from, to } of asked) {
      const metrics = eightMetrics({ kind: 'part', tally: timeline.read(from, to), parts: [], rules: [] })
      if (metrics.serviceTime.value !== null) known += 1
    }
    const { user, system } = process.cpuUsage(before)
    if (known === 0) throw new Error('Every interval holds operations.')
    return (user + system) / AT_ONCE
  }
  round()
  return { microseconds: median(Array.from({ length: rounds }, round)) }
}
