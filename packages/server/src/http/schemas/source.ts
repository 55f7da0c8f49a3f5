/** What the API says of sources, written once as zod: checked against api.ts, and the source of OpenAPI. */
import { z } from 'zod'
import type {
  SeriesView,
  SourceStatusView,
  TriedFigureView,
  TriedRulesView,
  TriedRuleView,
  TryRulesRequest,
} from '../api.ts'
import { numberMetric } from './health.ts'
import { manifestFiles } from './record.ts'
import { named, pageOf } from './registry.ts'
import { instant } from './service.ts'

const count = z.int().min(0)

export const sourceStatusPage = pageOf(
  'SourceStatusPage',
  named<SourceStatusView>(
    'SourceStatus',
    z.object({
      name: z.string(),
      reads: z.string().describe('Such as prometheus; pushed for what comes without being asked.'),
      part: z.string().nullable().describe('Null for the whole service.'),
      everyMs: z.number().nullable(),
      state: z.enum(['well', 'waiting', 'failing', 'silent']),
      says: z.string().nullable().describe('What is wrong.'),
      lastAt: instant.nullable(),
      rounds: count.nullable(),
      failedRounds: count.nullable(),
      series: count,
      faults: z.array(z.object({ kind: z.string(), times: count })),
      believedAbout: z.array(z.string()).describe('About whose operations it is believed.'),
    }),
  ),
)

export const seriesPage = pageOf(
  'SeriesPage',
  named<SeriesView>(
    'Series',
    z.object({
      name: z.string(),
      labels: z.record(z.string(), z.string()),
      kind: z.enum(['counter', 'gauge', 'distribution']),
      unit: z.string().nullable(),
      part: z.string().nullable(),
      instance: z.string().nullable(),
      last: z.number().nullable(),
      lastAt: instant,
    }),
  ),
)

export const tryRulesRequest = named<TryRulesRequest>(
  'TryRulesRequest',
  z.strictObject({
    files: manifestFiles,
    for: z.string().exactOptional().describe('How long ago to begin, such as 30m; an hour at most.'),
    interval: z.string().exactOptional().describe('Over how long each figure is, such as 1m.'),
  }),
)

const triedFigure = named<TriedFigureView>(
  'TriedFigure',
  z.object({
    from: instant,
    to: instant,
    now: numberMetric.nullable().describe('What holds now; null for a metric that there is not yet.'),
    tried: numberMetric,
  }),
)

export const triedRules = named<TriedRulesView>(
  'TriedRules',
  z.object({
    service: z.string(),
    since: instant.nullable().describe('Since when what sources told is at hand.'),
    rules: z.array(
      named<TriedRuleView>(
        'TriedRule',
        z.object({
          rule: z.string(),
          part: z.string().nullable(),
          metric: z.string(),
          selectsNothing: z
            .array(z.string())
            .describe('Of inputs that select none of the series there are, why.'),
          figures: z.array(triedFigure),
        }),
      ),
    ),
  }),
)
