// Goal: figures of runs stand beside each other with the same digits, and the chart below fits. Method: figures
// that are made up, so that the page alone is what is tested.
import { expect, it } from 'vitest'
import { branded, epochMs, hours, micros, ratio, type LevelName, type PartName } from '@holdfast/core/units'
import { shop, shopAgreement } from '@holdfast/simulator'
import type { Simulated, SimulatedRun } from './run-all.ts'
import { simulationPage } from './simulation-page.ts'

const web = branded<PartName>('web')
const fast = branded<LevelName>('fast')

const run = (name: string, mean: number, met: number): SimulatedRun => ({
  name,
  figures: {
    levels: [
      {
        level: fast,
        promised: ratio(0.9),
        windows: [{ from: epochMs(0), to: epochMs(3_600_000), met, missed: 1_000 - met }],
        secondsWithOperations: 3_600,
        secondsBelow: 36,
      },
    ],
    instanceMs: { [web]: mean * 7_200_000 },
    scalings: 3,
    started: 5,
    stopped: 2,
    arrivals: 1_001,
    completed: 998,
    failed: 2,
  },
  money: {
    instances: [{ currency: 'EUR', micros: micros(BigInt(mean * 40_000)) }],
    remedies: [],
    total: [{ currency: 'EUR', micros: micros(BigInt(mean * 40_000)) }],
  },
  spread: { [web]: { least: 1, most: 7 } },
})

const simulated: Simulated = {
  service: shop,
  agreements: [shopAgreement],
  advised: false,
  says: 'load.csv',
  duration: hours(2),
  seed: 1,
  runs: [run('HOLDFAST', 2.5, 950), run('HPA 70 %', 11.25, 899)],
  series: {
    duration: hours(2),
    pieces: Array.from({ length: 24 }, (_, at) => ({
      load: at,
      instances: { [web]: Math.ceil(at / 6) },
      within: at === 12 ? 0.4 : 1,
    })),
  },
  shown: { level: fast, promised: 0.9 },
  journalHash: '',
  violations: 0,
}

it('sets runs beside each other above a chart', () => {
  const lines = simulationPage(simulated, {
    io: { stdout: { columns: 60 } },
    paint: (_style: unknown, text: string) => text,
  } as never)
  expect(lines.map((line) => line.trimEnd()).join('\n')).toMatchInlineSnapshot(`
    "Service:    shop
    Agreements: shop-agreement
    Load:       load.csv, for 2 h
    Seed:       1

    What it comes to
                                  HOLDFAST  HPA 70 %
      operations                      1000      1000
      of which failed                    2         2
      fast: within the limit (%)      95.0      89.9
      fast: windows kept                 1         0
      fast: windows broken               0         1
      fast: seconds below it            36        36
      web: instances, mean             2.5      11.3
      web: least to most               1–7       1–7
      instance-hours                   5.0      22.5
      cost of instances           0.10 EUR  0.45 EUR
      remedies owed                      0         0
      in all                      0.10 EUR  0.45 EUR
      scalings an hour                 1.5       1.5

    How it went
      Load (operations/s)
              23 │                  ▁▂▄▅▇█
                 │            ▁▂▃▅▆███████
                 │       ▂▃▅▆▇████████████
               0 │ ▁▃▄▆▇██████████████████
      Instances
               4 │                   █████
                 │             ███████████
                 │       █████████████████
               0 │ ███████████████████████
      Within the limit of fast (%, 90 promised)
             100 │████████████ ███████████
                 │████████████ ███████████
                 │████████████▅███████████
               0 │████████████████████████
                  0                    2 h"
  `)
})
