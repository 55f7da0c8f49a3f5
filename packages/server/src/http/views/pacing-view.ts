/** What the API says of a watch at work. Pure: it reads engines and changes nothing. */
import {
  CLIENTS_PER_CHUNK,
  dueAtOf,
  fixedIntervalOf,
  serversFor,
  sumOf,
  type ClientRecord,
  type MinuteFigures,
} from '@holdfast/core/pacing'
import { epochMs, formatDuration, formatInstant, milliseconds, type EpochMs } from '@holdfast/core/units'
import type { PacedWatch } from '../../pacing/index.ts'
import type {
  ExpectationView,
  FixedIntervalView,
  PacedClientView,
  PacedNextView,
  PacingForecastView,
  PacingMinuteView,
  PacingModelView,
  PacingStatsView,
} from '../api.ts'

export function pacingStatsView(
  { declared, engine }: PacedWatch,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): PacingStatsView {
  const { watch, budget, table, statistics } = engine
  const minutes = statistics.minutes(from, to)
  const { observedMs, promisedMs, wrongMs, forecast: _, ...sums } = sumOf(minutes)
  const isKept = watch.keptBy === 'server'
  const known = sums.updates - sums.newcomers
  return {
    watch: watch.name,
    service: declared.service,
    from: formatInstant(from),
    to: formatInstant(to),
    clients: isKept ? table.size : null,
    bytesPerClient: isKept && table.size >= CLIENTS_PER_CHUNK ? table.bytes / table.size : null,
    ...sums,
    perSecond: (sums.updates * 1_000) / Math.max(1, to - Math.max(from, minutes[0]?.at ?? from)),
    wantedPerSecond: budget.wantedPerSecond,
    budgetPerSecond: watch.budgetPerSecond,
    priceMs: budget.priceMs,
    usefulShare: known > 0 ? sums.changed / known : null,
    stale: observedMs > 0 ? { promised: promisedMs / observedMs, realised: wrongMs / observedMs } : null,
    fixed: fixedView(engine),
    minutes: minutes.map(minuteView),
  }
}

function fixedView(engine: PacedWatch['engine']): FixedIntervalView | null {
  const fixed = engine.watch.keptBy === 'server' ? fixedIntervalOf(engine) : null
  return fixed === null ? null : { ...fixed, perSecond: (engine.table.size * 1_000) / fixed.intervalMs }
}

function minuteView(minute: MinuteFigures): PacingMinuteView {
  const { at, updates, changed, newcomers, forecast, observedMs, promisedMs, wrongMs } = minute
  const of = (ms: number): number | null => (observedMs > 0 ? ms / observedMs : null)
  return {
    at: formatInstant(epochMs(at)),
    updates,
    changed,
    newcomers,
    forecast: forecast > 0 ? forecast : null,
    promisedStale: of(promisedMs),
    realisedStale: of(wrongMs),
  }
}

export function pacingModelView({ declared, engine }: PacedWatch): PacingModelView {
  const { model, features, watch } = engine
  return {
    watch: watch.name,
    version: declared.version,
    changes: model.learned.changes,
    priorDwellMs: model.learned.priorDwellMs,
    hourFactors: [...model.hourFactors],
    hazards: model.learned.hazards.map(({ ages, ...hazard }) => ({ ...hazard, ages: [...ages] })),
    features: features.values.map((value) => ({ ...value })),
  }
}

export function pacedClientView(
  { engine }: PacedWatch,
  client: string,
  record: ClientRecord,
  now: EpochMs,
): PacedClientView {
  const { rate, ...explained } = engine.explain(record)
  const next: PacedNextView = { ...explained, changes: rate.changes }
  const dueAt = dueAtOf(record)
  const overdueMs = Math.max(0, now - dueAt)
  return {
    watch: engine.watch.name,
    client,
    updatedAt: formatInstant(epochMs(Math.round(record.model.updatedAt))),
    dueAt: formatInstant(epochMs(Math.round(dueAt))),
    intervalMs: record.intervalMs,
    next,
    overdueMs,
    suspicion: engine.lateness.suspicion(overdueMs),
    says: sentence(next, record.intervalMs),
  }
}

const BECAUSE: Readonly<Record<PacedNextView['boundBy'], string>> = {
  wanted: 'that is as certain as was wanted',
  least: 'the watch allows no shorter interval',
  most: 'the watch allows no longer interval',
  budget: 'the budget of all clients buys no more',
  heartbeat: 'it reports what changes by itself',
}

function sentence(next: PacedNextView, intervalMs: number): string {
  const time = (ms: number): string => formatDuration(milliseconds(Math.max(1, Math.round(ms / 100) * 100)))
  const last = next.ageMs < 1 ? '' : `, last ${time(next.ageMs)} before its update`
  const chance = `${(100 * next.chance).toFixed(1)} %`
  const stale = `${(100 * next.staleShare).toFixed(1)} %`
  return (
    `It was told ${time(intervalMs)}: it changes ${next.kind}, about once in ${time(next.dwellMs)}${last}; ` +
    `within ${time(next.intervalMs)} it changes with a chance of ${chance} and is wrong for ${stale} of the time; ${BECAUSE[next.boundBy]}.`
  )
}

export function expectationView(
  { engine }: PacedWatch,
  client: string,
  record: ClientRecord | null,
  withinMs: number,
): ExpectationView {
  if (record === null)
    return { client, known: false, chance: null, willChange: null, changes: null, dueAt: null }
  const { chance, changes } = engine.ahead(record, withinMs)
  const dueAt = formatInstant(epochMs(Math.round(dueAtOf(record))))
  return { client, known: true, chance, willChange: chance > 0.5, changes, dueAt }
}

const HOUR = 3_600_000
const AHEAD_MS = [60_000, 300_000, 900_000, HOUR, 6 * HOUR, 24 * HOUR, 168 * HOUR]

export function pacingForecastView(
  { engine }: PacedWatch,
  now: EpochMs,
  perServer: number | null,
): PacingForecastView {
  const updates = engine.budget.nextMinute(now)
  return {
    watch: engine.watch.name,
    nextMinute: { updates, perSecond: updates / 60 },
    ahead: AHEAD_MS.flatMap((aheadMs) => {
      const load = engine.load.at(now, aheadMs)
      if (load === null) return []
      const { at, rate, high, by } = load
      const servers = perServer === null ? null : serversFor(load, perServer)
      return [{ at: formatInstant(at), aheadMs, perSecond: rate, high, by, servers }]
    }),
  }
}
