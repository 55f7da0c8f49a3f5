/** What the API says of watches and their clients, as zod: checked against its types, and the source of OpenAPI. */
import { z } from 'zod'
import { MOST_UPDATES } from '../../pacing/index.ts'
import type {
  EarlyRuleView,
  ExpectationsRequest,
  ExpectationsView,
  ExpectationView,
  ExpectedLoadView,
  FeatureView,
  FixedIntervalView,
  HazardView,
  PacedClientView,
  PacedNextView,
  PacingForecastView,
  PacingMinuteView,
  PacingModelView,
  PacingStatsView,
  UpdateAnswer,
  UpdateRequest,
  UpdatesAnswer,
} from '../api.ts'
import { named } from './registry.ts'

const instant = z.string().describe('ISO 8601.')

const updateRequest = named<UpdateRequest>(
  'UpdateRequest',
  z.strictObject({
    client: z.string().min(1).max(128).describe('Stable for one client; visible ASCII characters.'),
    parameters: z
      .record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.array(z.string())]))
      .describe('What it reports, of the parameters that the watch declares.'),
    class: z.string().exactOptional(),
    features: z
      .record(z.string(), z.string())
      .exactOptional()
      .describe('What it tells of itself, of the features that the watch declares.'),
    changes: z
      .int()
      .min(0)
      .exactOptional()
      .describe('Significant changes since its last update, where it counts them itself.'),
    lastChangeAgoMs: z.int().min(0).exactOptional(),
    sendsEarly: z.boolean().exactOptional().describe('It judges the early rules itself.'),
    token: z.string().exactOptional().describe('As the last answer gave it.'),
  }),
)

/** For people and programs that read the description; the route reads updates by itself, see pacing/read-update.ts. */
export const updatesRequestForm: z.ZodType = z.union([
  updateRequest,
  z.strictObject({ updates: z.array(updateRequest).min(1).max(MOST_UPDATES) }),
])

const earlyRule = named<EarlyRuleView>(
  'EarlyRule',
  z.object({
    kind: z.enum(['absolute', 'relative', 'ratio', 'bands', 'changed']),
    parameter: z.string(),
    least: z.number().exactOptional(),
    edges: z.array(z.number()).exactOptional(),
  }),
)

const updateAnswer = named<UpdateAnswer>(
  'UpdateAnswer',
  z.object({
    nextMs: z.int().min(0).describe('When the next update is due, from now on; jitter is in it.'),
    at: instant,
    tooSoon: z.literal(true).exactOptional(),
    token: z.string().exactOptional(),
    early: z.array(earlyRule).exactOptional(),
  }),
)

export const updatesAnswer = named<UpdatesAnswer>(
  'UpdatesAnswer',
  z.union([updateAnswer, z.object({ answers: z.array(updateAnswer) })]),
)

const count = z.int().min(0)
const share = z.number()

export const pacingStats = named<PacingStatsView>(
  'PacingStats',
  z.object({
    watch: z.string(),
    service: z.string(),
    from: instant,
    to: instant,
    clients: count.nullable().describe('Null where clients carry what is known of them.'),
    bytesPerClient: z.number().nullable(),
    updates: count,
    newcomers: count,
    changed: count,
    early: count,
    tooSoon: count,
    refused: count,
    badTokens: count,
    notKept: count.describe('Updates of clients for which there was no room.'),
    perSecond: z.number(),
    wantedPerSecond: z.number(),
    budgetPerSecond: z.number().nullable(),
    priceMs: z.number().nullable().describe('What an update must save of wrongness.'),
    usefulShare: share.nullable(),
    stale: z.object({ promised: share, realised: share }).nullable(),
    fixed: named<FixedIntervalView>(
      'FixedInterval',
      z.object({
        measure: z.enum(['mean', 'p95']),
        staleShare: share,
        intervalMs: z.number(),
        perSecond: z.number(),
        ratio: z.number(),
      }),
    ).nullable(),
    minutes: z.array(
      named<PacingMinuteView>(
        'PacingMinute',
        z.object({
          at: instant,
          updates: count,
          changed: count,
          newcomers: count,
          forecast: z.number().nullable(),
          promisedStale: share.nullable(),
          realisedStale: share.nullable(),
        }),
      ),
    ),
  }),
)

export const pacingModel = named<PacingModelView>(
  'PacingModel',
  z.object({
    watch: z.string(),
    version: z.int(),
    changes: z.number(),
    priorDwellMs: z.number(),
    hourFactors: z.array(z.number()),
    hazards: z.array(
      named<HazardView>(
        'Hazard',
        z.object({
          kind: z.string(),
          dwellMs: z.number(),
          changes: z.number(),
          ages: z.array(z.object({ from: z.number(), hazard: z.number() })),
        }),
      ),
    ),
    features: z.array(
      named<FeatureView>(
        'Feature',
        z.object({ feature: z.string(), value: z.string(), clients: z.number(), dwellMs: z.number() }),
      ),
    ),
  }),
)

export const pacedClient = named<PacedClientView>(
  'PacedClient',
  z.object({
    watch: z.string(),
    client: z.string(),
    updatedAt: instant,
    dueAt: instant,
    intervalMs: z.number(),
    next: named<PacedNextView>(
      'PacedNext',
      z.object({
        intervalMs: z.number(),
        boundBy: z.enum(['wanted', 'least', 'most', 'budget', 'heartbeat']),
        kind: z.string(),
        changes: z.number(),
        dwellMs: z.number(),
        ageMs: z.number(),
        hourFactor: z.number(),
        chance: share,
        staleShare: share,
      }),
    ),
    overdueMs: z.number(),
    suspicion: z.number().describe('1: one in ten clients comes so late; 3: one in a thousand.'),
    says: z.string(),
  }),
)

const MOST_ASKED = 1_000

export const expectationsRequest = named<ExpectationsRequest>(
  'ExpectationsRequest',
  z.strictObject({
    clients: z
      .array(
        z.strictObject({ client: z.string().min(1).max(128), token: z.string().max(512).exactOptional() }),
      )
      .min(1)
      .max(MOST_ASKED),
    within: z.string().describe('A duration, such as 5min.'),
  }),
)

export const expectations = named<ExpectationsView>(
  'Expectations',
  z.object({
    watch: z.string(),
    withinMs: z.number(),
    clients: z.array(
      named<ExpectationView>(
        'Expectation',
        z.object({
          client: z.string(),
          known: z.boolean(),
          chance: share.nullable(),
          willChange: z.boolean().nullable(),
          changes: z.number().nullable(),
          dueAt: instant.nullable(),
        }),
      ),
    ),
  }),
)

export const pacingForecast = named<PacingForecastView>(
  'PacingForecast',
  z.object({
    watch: z.string(),
    nextMinute: z.object({ updates: z.number(), perSecond: z.number() }),
    ahead: z.array(
      named<ExpectedLoadView>(
        'ExpectedLoad',
        z.object({
          at: instant,
          aheadMs: z.number(),
          perSecond: z.number(),
          high: z.number().describe('Not exceeded with a chance of 90 %.'),
          by: z.enum(['forecast', 'usual']),
          servers: z.int().nullable(),
        }),
      ),
    ),
  }),
)
