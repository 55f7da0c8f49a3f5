/** What the API says of the watch of the shop that commands are shown. */
import type {
  PacedClientView,
  PacingForecastView,
  PacingModelView,
  PacingStatsView,
} from '../../src/http/api.ts'

const minute = { changed: 1_980, newcomers: 0, promisedStale: 0.0983, realisedStale: 0.1012 }

export const pacingStats: PacingStatsView = {
  watch: 'players',
  service: 'shop',
  from: '2026-11-27T09:40:00.000Z',
  to: '2026-11-27T10:40:00.000Z',
  clients: 41_280,
  bytesPerClient: 61.4,
  updates: 712_300,
  newcomers: 41_280,
  changed: 120_120,
  early: 311,
  tooSoon: 92,
  refused: 14,
  badTokens: 0,
  notKept: 0,
  perSecond: 197.9,
  wantedPerSecond: 199.4,
  budgetPerSecond: 200,
  priceMs: 31_250,
  usefulShare: 0.179,
  stale: { promised: 0.0983, realised: 0.1012 },
  fixed: { measure: 'p95', staleShare: 0.104, intervalMs: 61_400, perSecond: 672.3, ratio: 0.297 },
  minutes: [
    { ...minute, at: '2026-11-27T10:38:00.000Z', updates: 11_874, forecast: 11_910.4 },
    { ...minute, at: '2026-11-27T10:39:00.000Z', updates: 11_902, forecast: null, realisedStale: null },
  ],
}

const ages = [0, 0.1, 0.25, 0.5, 1, 2, 4]

export const pacingModel: PacingModelView = {
  watch: 'players',
  version: 3,
  changes: 120_120,
  priorDwellMs: 212_000,
  hourFactors: Array.from({ length: 24 }, (_, hour) => (hour < 8 ? 0.25 : 1.375)),
  hazards: [
    {
      kind: 'by chance',
      dwellMs: 301_000,
      changes: 90_412,
      ages: ages.map((from) => ({ from, hazard: 1.01 - from / 50 })),
    },
    {
      kind: 'regular',
      dwellMs: 61_000,
      changes: 29_708,
      ages: ages.map((from) => ({ from, hazard: from * from })),
    },
  ],
  features: [
    { feature: 'device', value: 'phone', clients: 8_211, dwellMs: 58_000 },
    { feature: 'device', value: 'television', clients: 31_007, dwellMs: 298_000 },
  ],
}

export const pacedClient: PacedClientView = {
  watch: 'players',
  client: 'p-17',
  updatedAt: '2026-11-27T10:37:10.000Z',
  dueAt: '2026-11-27T10:38:14.000Z',
  intervalMs: 64_000,
  next: {
    intervalMs: 62_700,
    boundBy: 'wanted',
    kind: 'by chance',
    changes: 11.4,
    dwellMs: 301_000,
    ageMs: 88_000,
    hourFactor: 1.375,
    chance: 0.19,
    staleShare: 0.0978,
  },
  overdueMs: 106_000,
  suspicion: 2.3,
  says: 'It was told 1m4s: it changes by chance, about once in 5m1s, last 1m28s before its update.',
}

export const pacingForecast: PacingForecastView = {
  watch: 'players',
  nextMinute: { updates: 11_931.2, perSecond: 198.9 },
  ahead: [
    {
      at: '2026-11-27T10:55:00.000Z',
      aheadMs: 900_000,
      perSecond: 201.4,
      high: 214.8,
      by: 'forecast',
      servers: 1,
    },
    {
      at: '2026-11-28T10:40:00.000Z',
      aheadMs: 86_400_000,
      perSecond: 188.2,
      high: 190.5,
      by: 'usual',
      servers: 1,
    },
  ],
}
