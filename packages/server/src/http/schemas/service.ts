/** What the API says of services, written once as zod: checked against api.ts, and the source of OpenAPI. */
import { z } from 'zod'
import type {
  CauseKind,
  ChangeView,
  EvidenceView,
  HistoryPoint,
  HistoryView,
  InstanceView,
  OfferView,
  PartSummary,
  PartView,
  ReasonView,
  ResponseSummary,
  ServiceDetail,
  ServiceOffersView,
  ServiceSummary,
  VerdictState,
  VerdictView,
} from '../api.ts'
import { named, pageOf } from './registry.ts'

export const instant = z.iso.datetime({ offset: true }).describe('ISO 8601 with a zone; answers are in UTC.')
const count = z.int().min(0)
const measured = z.number().nullable()

export const verdictState = named<VerdictState>(
  'VerdictState',
  z.enum(['kept', 'at-risk', 'breached', 'unknown']),
)
const causeKind = named<CauseKind>(
  'CauseKind',
  z.enum(['load', 'cap', 'application', 'dependency', 'platform']),
)

const partSummary = named<PartSummary>(
  'PartSummary',
  z.object({ part: z.string(), desired: count, ready: count }),
)

const responseSummary = named<ResponseSummary>(
  'ResponseSummary',
  z.object({ p50Ms: z.number(), p90Ms: z.number(), p99Ms: z.number() }),
)

const summaryFields = {
  name: z.string(),
  owner: z.string(),
  state: verdictState,
  cause: causeKind.nullable(),
  says: z.string().describe('The worst verdict in a sentence.'),
  requestsPerSecond: measured,
  response: responseSummary.nullable(),
  limitMs: measured,
  promisedRatio: measured,
  measuredRatio: measured,
  budgetLeftRatio: measured.describe("Share of the window's allowed misses that is left, 0 to 1."),
  parts: z.array(partSummary),
  instances: z.object({ desired: count, ready: count, atMost: count.nullable() }),
  costPerHour: z.string(),
  mode: z.enum(['act', 'advise']).describe('With advise, what is decided is journaled and not carried out.'),
  generation: count,
  updatedAt: instant.nullable(),
}

const serviceSummary = named<ServiceSummary>('ServiceSummary', z.object(summaryFields))
export const serviceSummaryPage = pageOf('ServiceSummaryPage', serviceSummary)

export const reasonView = named<ReasonView>(
  'Reason',
  z.object({
    code: z.string(),
    part: z.string().nullable(),
    says: z.string(),
  }),
)

const evidenceView = named<EvidenceView>(
  'Evidence',
  z.object({
    subject: z.string(),
    measure: z.string(),
    unit: z.string(),
    observed: z.number(),
    expected: z.number(),
    says: z.string(),
  }),
)

export const verdictView = named<VerdictView>(
  'Verdict',
  z.object({
    agreement: z.string(),
    level: z.string(),
    at: instant,
    windowFrom: instant,
    windowTo: instant,
    state: verdictState,
    met: count,
    missed: count,
    promisedRatio: z.number(),
    measuredRatio: measured,
    missedBy: z
      .partialRecord(causeKind, count)
      .describe('How many of the missed for the sake of each cause; causes with none are left out.'),
    platformRatio: measured.describe(
      "The share without what was missed for other causes' sake than the platform's: remedies are owed by it.",
    ),
    allowedMisses: z.number(),
    missesLeft: z.number(),
    burn: z.number(),
    cause: z
      .object({
        kind: causeKind,
        part: z.string().nullable(),
        since: instant,
        evidence: z.array(evidenceView),
        helps: z.string().describe('What would help, for whoever can do it.'),
      })
      .nullable(),
    reason: z.string(),
  }),
)
export const verdictPage = pageOf('VerdictPage', verdictView)

const partView = named<PartView>(
  'Part',
  z.object({
    part: z.string(),
    desired: count,
    ready: count,
    instanceType: z.string(),
    pricePerHour: z.string(),
    minInstances: count,
    maxInstances: count,
    expectedServiceMs: z.number().nullable(),
    measuredServiceMs: measured,
    plannedServiceMs: measured.describe('What planning goes by; null before enough was measured.'),
    measuredWaitingMs: measured,
    capacityPerSecond: z.number().nullable(),
    requestsPerSecond: measured,
    queued: count,
    calls: z.array(z.object({ part: z.string(), times: z.number() })),
  }),
)

export const changeView = named<ChangeView>(
  'Change',
  z.object({
    at: instant,
    part: z.string(),
    from: count,
    to: count,
    reason: reasonView,
  }),
)

export const serviceDetail = named<ServiceDetail>(
  'Service',
  z.object({
    ...summaryFields,
    version: count,
    agreements: z.array(z.string()),
    url: z.string().nullable(),
    routeFault: z.string().nullable(),
    partDetails: z.array(partView),
    verdicts: z.array(verdictView),
    reasons: z.array(reasonView).describe('What the last tick thought, also where it changed nothing.'),
    advice: z
      .array(changeView)
      .describe('What the last tick would change if the service were not only advised.'),
  }),
)

const offerView = named<OfferView>(
  'OfferQuote',
  z.object({
    offer: z.string(),
    entry: z.string().nullable().describe("Of the offer's schedule; null for its own terms."),
    canBeKept: z.boolean(),
    because: z.array(z.string()).describe('Why it cannot be kept; empty where it can.'),
    relax: z.array(z.string()).describe('What would be enough to change, any one of it.'),
    quote: z
      .object({
        loadPerSecond: z.number(),
        counts: z.record(z.string(), count),
        instances: count,
        costPerMonth: z.string(),
        pricePerMonth: z.string().nullable(),
        marginPerMonth: z.string().nullable(),
      })
      .nullable()
      .describe('Null where the offer does not fit the service at all.'),
  }),
)

export const serviceOffersView = named<ServiceOffersView>(
  'ServiceOffers',
  z.object({
    service: z.string(),
    profile: z.array(
      z.object({
        part: z.string(),
        expectedServiceMs: z.number().nullable(),
        measuredServiceMs: measured.describe('Stands in the place of what is expected.'),
      }),
    ),
    offers: z.array(offerView),
  }),
)

const instanceView = named<InstanceView>(
  'Instance',
  z.object({
    id: z.string(),
    service: z.string(),
    part: z.string(),
    revision: z.string(),
    phase: z.enum(['starting', 'ready', 'draining', 'backing-off', 'failed']),
    since: instant,
    restarts: count,
    address: z.string().nullable(),
    desired: z.boolean(),
    says: z.string(),
  }),
)
export const instancePage = pageOf('InstancePage', instanceView)

export const historyView = named<HistoryView>(
  'History',
  z.object({
    service: z.string(),
    limitMs: measured,
    points: z.array(
      named<HistoryPoint>(
        'HistoryPoint',
        z.object({
          at: instant,
          requestsPerSecond: z.number(),
          p50Ms: measured,
          p90Ms: measured,
          p99Ms: measured,
          met: count,
          missed: count,
          state: verdictState,
          cause: z
            .object({ kind: causeKind, part: z.string().nullable() })
            .nullable()
            .describe('Whose doing it is that a level is not kept, and in which part; null while all are.'),
          parts: z.array(partSummary),
        }),
      ),
    ),
    changes: z.array(changeView),
  }),
)
