/** The watch of the shop that the playback server plays: an hour of minutes, and what was learned. */
import type {
  ManifestView,
  PacedClientView,
  PacingModelView,
  PacingStatsView,
} from '../../server/src/http/api.ts'

const MINUTE_MS = 60_000

export const watchManifest: ManifestView = {
  kind: 'Watch',
  name: 'players',
  owner: 'team-shop',
  version: 2,
  appliedAt: new Date(0).toISOString(),
  appliedBy: 'operator key',
  document: {},
}

export function watchStats(nowMs: number): PacingStatsView {
  const first = Math.floor(nowMs / MINUTE_MS) - 40
  const minutes = Array.from({ length: 41 }, (_, i) => ({
    at: new Date((first + i) * MINUTE_MS).toISOString(),
    updates: 11_800 + 40 * (i % 7),
    changed: 1_900,
    newcomers: 0,
    forecast: i === 0 ? null : 11_900,
    promisedStale: 0.1,
    realisedStale: 0.097 + 0.001 * (i % 5),
  }))
  return {
    watch: 'players',
    service: 'shop',
    from: new Date(nowMs - 60 * MINUTE_MS).toISOString(),
    to: new Date(nowMs).toISOString(),
    clients: 41_280,
    bytesPerClient: 62.1,
    updates: 487_200,
    newcomers: 41_280,
    changed: 77_900,
    early: 12,
    tooSoon: 31,
    refused: 4,
    badTokens: 0,
    notKept: 0,
    perSecond: 198.4,
    wantedPerSecond: 199.1,
    budgetPerSecond: 200,
    priceMs: 31_250,
    usefulShare: 0.175,
    stale: { promised: 0.1, realised: 0.0987 },
    fixed: { measure: 'p95', staleShare: 0.104, intervalMs: 61_400, perSecond: 672.3, ratio: 0.297 },
    minutes,
  }
}

const AGES = [0, 0.1, 0.25, 0.5, 1, 2, 4]

export const watchModel: PacingModelView = {
  watch: 'players',
  version: 2,
  changes: 77_900,
  priorDwellMs: 212_000,
  hourFactors: Array.from({ length: 24 }, (_, hour) => (hour < 8 ? 0.25 : 1.375)),
  hazards: [
    { kind: 'by chance', dwellMs: 301_000, changes: 60_000, ages: AGES.map((from) => ({ from, hazard: 1 })) },
    {
      kind: 'regular',
      dwellMs: 61_000,
      changes: 17_900,
      ages: AGES.map((from) => ({ from, hazard: 3 * from })),
    },
  ],
  features: [{ feature: 'device', value: 'phone', clients: 8_211, dwellMs: 58_000 }],
}

export const watchedClient = (nowMs: number): PacedClientView => ({
  watch: 'players',
  client: 'p-17',
  updatedAt: new Date(nowMs - 40_000).toISOString(),
  dueAt: new Date(nowMs + 24_000).toISOString(),
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
  overdueMs: 0,
  suspicion: 0,
  says: 'It was told 1m4s: it changes by chance, about once in 5m1s.',
})
