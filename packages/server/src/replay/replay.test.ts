// Goal: a recorded day decides again to the byte, and what is not as it was is found and named. Method: a
// simulated day is recorded and journaled as the loop does it, then replayed from the blocks alone.
import { beforeAll, describe, expect, it } from 'vitest'
import { days, epochMs, hours, minutes, perSecond, ratio, type DurationMs } from '@holdfast/core/units'
import { shop, shopAgreement, SIMULATION_BEGINS } from '@holdfast/simulator'
import { readLine, unpackLines, type RecordedLine } from '../recording/index.ts'
import type { RecordedBlock } from '../store/store.ts'
import { compareWithJournal, replayTicks, type Comparison, type JournaledDecision } from './index.ts'
import { recordService } from './testing/recorded-shop.ts'

interface Recorded {
  readonly blocks: readonly RecordedBlock[]
  readonly journal: readonly JournaledDecision[]
}

function record(duration: DurationMs): Recorded {
  const { blocks, journal } = recordService({
    service: shop,
    agreements: [shopAgreement],
    load: { kind: 'sine', low: perSecond(1), high: perSecond(9), period: hours(24) },
    begins: SIMULATION_BEGINS,
    duration,
  })
  const entries = journal.map(({ at, body }, index) => ({
    at,
    sequence: index + 1,
    body: JSON.parse(body) as unknown,
  }))
  return { blocks, journal: entries }
}

function* linesOf(blocks: readonly RecordedBlock[]): Generator<RecordedLine> {
  for (const { lines } of blocks) for (const line of unpackLines(lines)) yield readLine(line)
}

function compare({ journal }: Recorded, lines: Iterable<RecordedLine>): Comparison {
  const comparison = compareWithJournal(journal)
  for (const step of replayTicks(lines)) comparison.add(step)
  return comparison.result()
}

let day: Recorded
let hour: Recorded
beforeAll(() => {
  day = record(days(1))
  hour = record(hours(1))
}, 120_000)

describe('the replay of a recorded stretch', () => {
  it('decides a whole day again to the byte', () => {
    const { ticks, entries, same, different, gaps } = compare(day, linesOf(day.blocks))
    expect({ ticks, same, different, gaps }).toEqual({ ticks: 43_201, same: 43_201, different: 0, gaps: [] })
    expect(entries).toBe(day.journal.length)
    expect(entries).toBeGreaterThan(20)
  }, 120_000)

  it('begins at any checkpoint and comes to the same', () => {
    const from = hour.blocks.findLastIndex(({ checkpoint }) => checkpoint)
    expect(from).toBeGreaterThan(0)
    const { ticks, different, first } = compare(hour, linesOf(hour.blocks.slice(from)))
    expect(ticks).toBeGreaterThan(100)
    expect([different, first]).toEqual([0, null])
  })

  it('takes little room', () => {
    const bytes = hour.blocks.reduce((sum, { lines }) => sum + lines.length, 0)
    expect(bytes).toBeLessThan(2_000_000)
  })

  it('finds the entry that the journal has otherwise, and where in it', () => {
    const changed = hour.journal.map((entry, index) =>
      index === 1 ? { ...entry, body: { ...Object(entry.body), generation: 99 } } : entry,
    )
    const { different, first } = compare({ ...hour, journal: changed }, linesOf(hour.blocks))
    expect(different).toBe(1)
    expect(first).toMatchObject({
      at: hour.journal[1]?.at,
      sequence: 2,
      difference: { pointer: '/generation', recorded: '99' },
    })
  })

  it('finds entries that the journal lacks, and those that it has for nothing', () => {
    const { at } = hour.journal[1] ?? { at: SIMULATION_BEGINS }
    const without = compare(
      { ...hour, journal: hour.journal.filter((entry) => entry.at !== at) },
      linesOf(hour.blocks),
    )
    expect(without.first).toMatchObject({ at, sequence: null, difference: null })
    const quiet = { at: (at + 2_000) as typeof at, sequence: 77, body: {} }
    const more = compare({ ...hour, journal: [...hour.journal, quiet] }, linesOf(hour.blocks))
    expect(more.first).toMatchObject({ at: quiet.at, sequence: 77 })
    const odd = { at: (at + 2_001) as typeof at, sequence: 78, body: {} }
    expect(compare({ ...hour, journal: [...hour.journal, odd] }, linesOf(hour.blocks)).first).toMatchObject({
      sequence: 78,
    })
  })

  it('finds other terms than those that were decided by', () => {
    const lax = {
      ...shopAgreement,
      levels: shopAgreement.levels.map((level) => ({ ...level, ratio: ratio(0.5) })),
    }
    const lines = [...linesOf(hour.blocks)].map((line) =>
      line.kind === 'checkpoint' ? { ...line, agreements: [lax] } : line,
    )
    expect(compare(hour, lines).different).toBeGreaterThan(0)
  })

  it('names the gap that a lost block leaves, and goes on behind it', () => {
    const lost = hour.blocks.findIndex((_, index) => index > 0 && hour.blocks[index + 1]?.checkpoint === true)
    const [before, next] = [hour.blocks[lost - 1], hour.blocks[lost + 1]]
    const restarted = [...linesOf(hour.blocks.filter((_, index) => index !== lost))].map((line) =>
      line.kind === 'checkpoint' ? { ...line, reason: 'start' as const } : line,
    )
    // Decided by the loop that was killed, within what the next one looks back on.
    const late = epochMs((next?.from ?? 0) - 1_000)
    const journal = [...hour.journal, { at: late, sequence: 99, body: {} }]
    const { different, gaps } = compare({ ...hour, journal }, restarted)
    expect(different).toBe(0)
    expect(gaps).toEqual([{ from: before?.to, to: (next?.from ?? 0) - 2_000 }])
  })

  it('leaves out ticks whose state is not known', () => {
    const [first, ...others] = hour.blocks
    const { ticks } = compare(hour, linesOf(others))
    const beforeCheckpoint = others.slice(
      0,
      others.findIndex(({ checkpoint }) => checkpoint),
    )
    const left = beforeCheckpoint.reduce((sum, block) => sum + block.ticks, first?.ticks ?? 0)
    expect(ticks).toBe(minutes(60) / 2_000 + 1 - left)
  })
})
