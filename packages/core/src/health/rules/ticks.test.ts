// Goal: what sources told comes to the same however it is cut into ticks and whoever tells, and what one makes up changes
// nothing of another's. Method: streams of several processes by chance, told to tables as decoders do; what all ticks come
// to together is compared with what was told, and with the same stream in one tick.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { branded, epochMs, type RuleName } from '../../units/index.ts'
import {
  createHistogramJoiner,
  createSeriesTable,
  type JoinedReading,
  type SeriesKind,
  type SeriesTable,
} from '../series/index.ts'
import { createNameChoice } from './believe.ts'
import { createCoverage } from './coverage.ts'
import { addInputs, nothingTold, type InputTally } from './input-tally.ts'
import { operationsIn } from './operations.ts'
import { ruleInputs } from './rule-inputs.ts'
import type { Rule, Statistic } from './rule.ts'

const T = 1_800_000_000_000
const BOUNDS = ['0.1', '0.25', '+Inf']
const LIMIT_MS = 100

interface Event {
  readonly process: number
  readonly kind: 'counter' | 'gauge' | 'values' | 'histogram'
  readonly value: number
  readonly afterMs: number
  /** Whether a tick follows it; of a histogram, after how many of its pieces one falls. */
  readonly tick: boolean
  readonly cut: number
}

const event: fc.Arbitrary<Event> = fc.record({
  process: fc.nat(2),
  kind: fc.constantFrom('counter', 'gauge', 'values', 'histogram'),
  value: fc.nat(20),
  afterMs: fc.integer({ min: 1, max: 3_000 }),
  tick: fc.boolean(),
  cut: fc.nat(BOUNDS.length + 2),
})

const ruleOf = (series: string, statistic: Statistic): Rule => ({
  name: branded<RuleName>(series.replaceAll(/[._]/g, '-')),
  version: 1,
  part: null,
  metric: series,
  unit: null,
  inputs: [{ select: { source: 'honest', series, labels: [] }, statistic, scale: 1, plus: 0, weight: 1 }],
  combine: 'sum',
})
const RULES = [
  ruleOf('jobs_total', { of: 'rate' }),
  ruleOf('level', { of: 'mean' }),
  ruleOf('http.server.request.duration', { of: 'over', limit: LIMIT_MS }),
  ruleOf('db_request_duration_seconds', { of: 'over', limit: LIMIT_MS }),
]

interface Came {
  readonly inputs: Readonly<Record<string, InputTally>>
  readonly completed: number
  readonly over: number
}

/** One service that listens to sources. */
class Listening {
  readonly tables = new Map<string, SeriesTable>()
  readonly #joiners = new Map<string, ReturnType<typeof createHistogramJoiner>>()
  readonly #choices = new Map<string, ReturnType<typeof createNameChoice>>()
  readonly #coverage = createCoverage()
  readonly #tally = ruleInputs(RULES)
  #inputs: Record<string, InputTally> = {}
  #completed = 0
  #over = 0

  table(source: string): SeriesTable {
    const known = this.tables.get(source)
    if (known !== undefined) return known
    const table = createSeriesTable({ source, maxSeries: 200, latestMs: 1e9 })
    table.limits([LIMIT_MS])
    this.tables.set(source, table)
    this.#joiners.set(source, createHistogramJoiner())
    this.#choices.set(source, createNameChoice())
    return table
  }

  tick(ms: number): void {
    const now = epochMs(ms)
    const readings: readonly JoinedReading[] = [...this.tables].flatMap(
      ([source, table]) => this.#joiners.get(source)?.join(table.drain(now), [LIMIT_MS], now) ?? [],
    )
    for (const [name, told] of Object.entries(this.#tally(readings, this.#coverage)))
      this.#inputs[name] = addInputs(this.#inputs[name] ?? nothingTold, told)
    const told = operationsIn(
      readings,
      (source, teller, names) => this.#choices.get(source)?.choose(teller, names, now) ?? null,
    )
    for (const count of told.filter(({ source }) => source === 'honest').flatMap(({ counts }) => counts)) {
      this.#completed += count.completed
      this.#over += count.over(LIMIT_MS).over
    }
  }

  came(): Came {
    return { inputs: this.#inputs, completed: this.#completed, over: this.#over }
  }
}

const open = (table: SeriesTable, process: number, name: string, kind: SeriesKind, labels = {}): number =>
  table.open({
    about: { part: null, instance: null },
    name,
    labels: { 'service.instance.id': String(process), ...labels },
    kind,
    unit: kind === 'distribution' ? 'ms' : null,
  })

/** What each process stands at, as it knows it itself. */
class Program {
  jobs = 0
  readonly seconds: number[] = []

  readonly process: number

  constructor(process: number) {
    this.process = process
  }

  /** All pieces of the histogram, with what is to be done in between. */
  scraped(table: SeriesTable, at: number, afterPiece: (pieces: number) => void = () => undefined): void {
    const pieces = [
      ...BOUNDS.map((le) => ({
        name: 'db_request_duration_seconds_bucket',
        labels: { le },
        stands: this.seconds.filter((one) => le === '+Inf' || one <= Number(le)).length,
      })),
      {
        name: 'db_request_duration_seconds_sum',
        labels: {},
        stands: this.seconds.reduce((sum, one) => sum + one, 0),
      },
      { name: 'db_request_duration_seconds_count', labels: {}, stands: this.seconds.length },
    ]
    for (const [i, { name, labels, stands }] of pieces.entries()) {
      table.counter(open(table, this.process, name, 'counter', labels), stands, at)
      afterPiece(i + 1)
    }
  }

  tell(table: SeriesTable, { kind, value }: Event, at: number, afterPiece: (pieces: number) => void): void {
    if (kind === 'counter') {
      this.jobs += value
      table.counter(open(table, this.process, 'jobs_total', 'counter'), this.jobs, at)
    } else if (kind === 'gauge') table.gauge(open(table, this.process, 'level', 'gauge'), value, at)
    else if (kind === 'values')
      table.observe(open(table, this.process, 'http.server.request.duration', 'distribution'), value * 10, at)
    else {
      this.seconds.push(value / 50)
      this.scraped(table, at, afterPiece)
    }
  }
}

/** Plays the stream, in many ticks or in one. `beside`: what else happens before each event. */
function play(
  events: readonly Event[],
  inOneTick: boolean,
  beside: (listening: Listening, at: number, i: number) => void = () => undefined,
): Came {
  const listening = new Listening()
  const table = listening.table('honest')
  const programs = [0, 1, 2].map((process) => new Program(process))
  for (const before of [2, 1]) {
    for (const program of programs) {
      table.counter(open(table, program.process, 'jobs_total', 'counter'), 0, T - before)
      program.scraped(table, T - before)
    }
    listening.tick(T - before)
  }
  let at = T
  for (const [i, one] of events.entries()) {
    at += one.afterMs
    beside(listening, at, i)
    programs[one.process]?.tell(table, one, at, (pieces) => {
      if (!inOneTick && pieces === one.cut) listening.tick(at)
    })
    if (one.tick && !inOneTick) listening.tick(at)
  }
  listening.tick(at)
  return listening.came()
}

const sumOf = (events: readonly Event[], kind: Event['kind'], of: (value: number) => number): number =>
  events.reduce((sum, one) => sum + (one.kind === kind ? of(one.value) : 0), 0)

const figures = ({ inputs }: Came): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { grew, levelMs, seriesMs, over, distribution, least, greatest }]) => [
      name,
      [grew, levelMs, seriesMs, over, distribution.count, least, greatest].map((figure) =>
        Number.isFinite(figure) ? Number(figure.toFixed(3)) : figure,
      ),
    ]),
  )

it('comes to the same however it is cut into ticks', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const [cut, whole] = [play(events, false), play(events, true)]
      expect(figures(cut)).toEqual(figures(whole))
      expect([cut.completed, cut.over]).toEqual([whole.completed, whole.over])
    }),
  )
})

it('comes to what was told, by however many processes', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const { inputs, completed, over } = play(events, false)
      expect(inputs['rule jobs-total@1 0']?.grew ?? 0).toBe(sumOf(events, 'counter', (value) => value))
      expect([completed, over]).toEqual([
        sumOf(events, 'values', () => 1),
        sumOf(events, 'values', (value) => (value * 10 > LIMIT_MS ? 1 : 0)),
      ])
      const scraped = inputs['rule db-request-duration-seconds@1 0']
      expect([scraped?.distribution.count ?? 0, scraped?.over ?? 0, scraped?.estimated ?? 0]).toEqual([
        sumOf(events, 'histogram', () => 1),
        sumOf(events, 'histogram', (value) => (value / 50 > LIMIT_MS / 1_000 ? 1 : 0)),
        0,
      ])
    }),
  )
})

const lie = fc.record({
  name: fc.constantFrom(
    'jobs_total',
    'level',
    'http.server.request.duration',
    'db_request_duration_seconds_bucket',
  ),
  kind: fc.constantFrom<SeriesKind>('counter', 'gauge', 'distribution'),
  value: fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -1, 1e308)),
  offMs: fc.oneof(fc.integer({ min: -1e6, max: 1e6 }), fc.constantFrom(-T, 2e12)),
  label: fc.nat(500),
})

it('is not changed by what another source makes up', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), fc.array(lie, { maxLength: 60 }), (events, lies) => {
      const alone = play(events, false)
      const beside = play(events, false, (listening, at, i) => {
        const table = listening.table('liar')
        for (const { name, kind, value, offMs, label } of lies.slice(i * 2, i * 2 + 2)) {
          const handle = open(table, 0, name, kind, { label: String(label), le: String(value) })
          if (kind === 'counter') table.counter(handle, value, at + offMs)
          else if (kind === 'gauge') table.gauge(handle, value, at + offMs)
          else table.observe(handle, value, at + offMs)
        }
      })
      expect(beside).toEqual(alone)
    }),
  )
})
