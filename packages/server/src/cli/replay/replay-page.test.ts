// Goal: the page says whether decisions are the same, what is missing, and what a change makes, each where it
// is looked for. Method: figures that are made up, so that the page alone is what is tested.
import { expect, it } from 'vitest'
import { branded, epochMs, micros, type LevelName, type Money, type PartName } from '@holdfast/core/units'
import type { Figures } from '../../replay/index.ts'
import { replayPage } from './replay-page.ts'
import type { Replayed } from './replay.ts'

const ENDS = Date.parse('2026-11-27T10:00:00Z')

const euros = (amount: number): Money => ({ currency: 'EUR', micros: micros(BigInt(amount * 1_000_000)) })

const figures = (mean: number, met: number): Figures => ({
  ticks: 1_800,
  from: epochMs(ENDS - 3_600_000),
  to: epochMs(ENDS),
  operations: 10_000,
  failed: 3,
  levels: [
    {
      level: branded<LevelName>('fast'),
      promised: 0.9,
      met,
      missed: 10_000 - met,
      windowsKept: met >= 9_000 ? 1 : 0,
      windowsBroken: met >= 9_000 ? 0 : 1,
    },
  ],
  parts: [{ part: branded<PartName>('web'), least: 1, mean, most: 9, hours: mean }],
  instanceHours: mean,
  cost: [euros(mean * 0.02)],
  remedies: met >= 9_000 ? [] : [euros(0.1)],
  price: [euros(1)],
  changes: 12,
})

const replayed: Replayed = {
  service: 'shop',
  asked: { from: epochMs(ENDS - 3_600_000), to: epochMs(ENDS) },
  comparison: { ticks: 1_800, entries: 21, same: 1_800, different: 0, first: null, gaps: [] },
  figures: figures(5, 9_300),
  whatIf: null,
}

const page = (over: Partial<Replayed>): string =>
  replayPage({ ...replayed, ...over }, {
    io: { timeZone: 'Europe/Vienna' },
    paint: (_style: unknown, text: string) => text,
  } as never).join('\n')

it('shows a replay that came out the same', () => {
  expect(page({})).toMatchInlineSnapshot(`
    "Service:       shop
    Time:          2026-11-27 10:00:00 to 2026-11-27 11:00:00 (Europe/Vienna)
    Ticks:         1800, of which the journal has 21 decisions
    Decided again: the same to the byte

    What it came to
                                  AS IT HAPPENED
      operations                           10000
      of which failed                          3
      fast: within the limit (%)              93
      fast: windows kept                       1
      fast: windows broken                     0
      web: instances, mean                     5
      web: least to most                     1–9
      instance-hours                           5
      cost of instances                 0.10 EUR
      remedies owed                            0
      price paid                        1.00 EUR
      changes of instances                    12"
  `)
})

it('shows what is different, what is not on record and what a change makes', () => {
  const comparison = {
    ...replayed.comparison,
    different: 2,
    first: {
      at: epochMs(ENDS - 60_000),
      sequence: 7,
      says: 'Decided again it comes out otherwise.',
      difference: { pointer: '/plan', recorded: 'null', replayed: '{"at":1}' },
    },
    gaps: [{ from: epochMs(ENDS - 600_000), to: epochMs(ENDS - 500_000) }],
  }
  const whatIf = {
    changed: ['Agreement "gold"'],
    overheadMs: 3.4,
    asItWas: figures(5.1, 9_250),
    asChanged: figures(3.2, 8_000),
  }
  const asked = { from: epochMs(ENDS - 7_200_000), to: epochMs(ENDS + 60_000) }
  expect(page({ comparison, whatIf, asked })).toMatchInlineSnapshot(`
    "Service:       shop
    Time:          2026-11-27 10:00:00 to 2026-11-27 11:00:00 (Europe/Vienna)
    Ticks:         1800, of which the journal has 21 decisions
    Decided again: 2 ticks of 1800 otherwise

    First difference
      2026-11-27 10:59:00, journal entry 7: Decided again it comes out otherwise.
      at /plan
        on record:     null
        decided again: {"at":1}

    Not on record
      What was before 2026-11-27 10:00:00.
      The record has a gap from 2026-11-27 10:50:00 to 2026-11-27 10:51:40.
      What was after 2026-11-27 11:00:00.

    What it came to
                                  AS IT HAPPENED  SIMULATED AS IT WAS  SIMULATED AS CHANGED  THE CHANGE
      operations                           10000                10000                 10000           0
      of which failed                          3                    3                     3           0
      fast: within the limit (%)              93                 92.5                    80       −12.5
      fast: windows kept                       1                    1                     0          −1
      fast: windows broken                     0                    0                     1          +1
      web: instances, mean                     5                  5.1                   3.2        −1.9
      web: least to most                     1–9                  1–9                   1–9           -
      instance-hours                           5                  5.1                   3.2        −1.9
      cost of instances                 0.10 EUR            0.102 EUR             0.064 EUR  −0.038 EUR
      remedies owed                            0                    0              0.10 EUR   +0.10 EUR
      price paid                        1.00 EUR             1.00 EUR              1.00 EUR           0
      changes of instances                    12                   12                    12           0

    What this is
      Changed: Agreement "gold".
      The recorded load and the measured service times went through a simulation twice; the last column
      is the change against the same simulation of what was in force.
      How well it agrees: +2.0 % in instance-hours, −0.5 points in level fast.
      Not simulated: the 3.4 ms that a measured operation spends outside of the parts."
  `)
})
