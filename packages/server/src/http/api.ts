/**
 * The shapes that the HTTP API speaks, for the routes, the CLI and the dashboard alike. Times are ISO 8601
 * instants in UTC; every other field says its unit in its name.
 */
export type {
  EightMetricsView,
  FindingView,
  MoreMetricView,
  HealthConsumerView,
  HealthView,
  MetricView,
  TimesView,
  ViolationsView,
} from './health-api.ts'

export type * from './pacing-api.ts'

export type {
  SeriesView,
  SourceStatusView,
  TriedFigureView,
  TriedRulesView,
  TriedRuleView,
  TryRulesRequest,
} from './source-api.ts'

import type { ApplyWarning } from './api-worth.ts'

export type { ApplyWarning, OfferView, ServiceOffersView } from './api-worth.ts'

/** What a wrapper is answered. */
export interface OperationsAnswer {
  readonly counted: boolean
  readonly limitsMs: readonly number[]
}

/** What whoever tells of a survey is answered. */
export interface SurveyAnswer {
  /** Questions and answers that were counted. */
  readonly counted: number
  /** Those that were counted before. */
  readonly repeated: number
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Give it as `cursor` to read on; null at the end. */
  readonly next: string | null
}

/** A stretch of ticks, as `holdfast replay` reads it. */
export interface RecordedBlockView {
  readonly from: string
  readonly to: string
  readonly ticks: number
  readonly checkpoint: boolean
  readonly lines: string
}

export type VerdictState = 'kept' | 'at-risk' | 'breached' | 'unknown'
export type CauseKind = 'load' | 'cap' | 'application' | 'dependency' | 'platform'
export type Phase = 'starting' | 'ready' | 'draining' | 'backing-off' | 'failed'

export interface PartSummary {
  readonly part: string
  readonly desired: number
  readonly ready: number
}

export interface ResponseSummary {
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p99Ms: number
}

/** One service at a glance; also what a live `service` event carries. */
export interface ServiceSummary {
  readonly name: string
  readonly owner: string
  readonly state: VerdictState
  readonly cause: CauseKind | null
  /** The worst verdict in a sentence. */
  readonly says: string
  readonly requestsPerSecond: number | null
  readonly response: ResponseSummary | null
  readonly limitMs: number | null
  readonly promisedRatio: number | null
  readonly measuredRatio: number | null
  /** Share of the window's allowed misses that is left, 0–1; null without a level or operations. */
  readonly budgetLeftRatio: number | null
  readonly parts: readonly PartSummary[]
  readonly instances: { readonly desired: number; readonly ready: number; readonly atMost: number | null }
  readonly costPerHour: string
  /** `advise`: what is decided is journaled and not carried out. */
  readonly mode: 'act' | 'advise'
  readonly generation: number
  readonly updatedAt: string | null
}

export interface EvidenceView {
  readonly subject: string
  readonly measure: string
  readonly unit: string
  readonly observed: number
  readonly expected: number
  readonly says: string
}

export interface VerdictView {
  readonly agreement: string
  readonly level: string
  readonly at: string
  readonly windowFrom: string
  readonly windowTo: string
  readonly state: VerdictState
  readonly met: number
  readonly missed: number
  readonly promisedRatio: number
  readonly measuredRatio: number | null
  /** How many of the missed for the sake of each cause. */
  readonly missedBy: Readonly<Partial<Record<CauseKind, number>>>
  /** The share without what was missed for other causes' sake than the platform's: remedies are owed by it. */
  readonly platformRatio: number | null
  readonly allowedMisses: number
  readonly missesLeft: number
  readonly burn: number
  readonly cause: {
    readonly kind: CauseKind
    readonly part: string | null
    readonly since: string
    readonly evidence: readonly EvidenceView[]
    /** What would help, for whoever can do it. */
    readonly helps: string
  } | null
  readonly reason: string
}

export interface PartView extends PartSummary {
  readonly instanceType: string
  readonly pricePerHour: string
  readonly minInstances: number
  readonly maxInstances: number
  /** Null for a part of which nothing is expected. */
  readonly expectedServiceMs: number | null
  readonly measuredServiceMs: number | null
  /** What planning goes by, measured for longer; null before enough operations were seen. */
  readonly plannedServiceMs: number | null
  readonly measuredWaitingMs: number | null
  readonly capacityPerSecond: number | null
  readonly requestsPerSecond: number | null
  readonly queued: number
  readonly calls: readonly { readonly part: string; readonly times: number }[]
}

export interface ServiceDetail extends ServiceSummary {
  readonly version: number
  readonly agreements: readonly string[]
  readonly url: string | null
  /** Why clients cannot reach it there, such as a port that is taken; null when they can. */
  readonly routeFault: string | null
  readonly partDetails: readonly PartView[]
  readonly verdicts: readonly VerdictView[]
  /** What the last tick thought, also where it changed nothing. */
  readonly reasons: readonly ReasonView[]
  /** What it would change if the service were not only advised; empty where it acts. */
  readonly advice: readonly ChangeView[]
}

export interface ReasonView {
  readonly code: string
  readonly part: string | null
  readonly says: string
}

export interface InstanceView {
  readonly id: string
  readonly service: string
  readonly part: string
  readonly revision: string
  readonly phase: Phase
  readonly since: string
  readonly restarts: number
  readonly address: string | null
  readonly desired: boolean
  readonly says: string
}

/** One tick for the charts. */
export interface HistoryPoint {
  readonly at: string
  readonly requestsPerSecond: number
  readonly p50Ms: number | null
  readonly p90Ms: number | null
  readonly p99Ms: number | null
  readonly met: number
  readonly missed: number
  readonly state: VerdictState
  /** Whose doing it is that a level is not kept, and in which part; null while all are kept. */
  readonly cause: { readonly kind: CauseKind; readonly part: string | null } | null
  readonly parts: readonly PartSummary[]
}

/** Instances of one part changed at one instant, and why. */
export interface ChangeView {
  readonly at: string
  readonly part: string
  readonly from: number
  readonly to: number
  readonly reason: ReasonView
}

export interface HistoryView {
  readonly service: string
  readonly limitMs: number | null
  readonly points: readonly HistoryPoint[]
  readonly changes: readonly ChangeView[]
}

/** What /v1/events streams; the kind is the event's name. */
export type LiveEvent =
  | {
      readonly kind: 'service'
      readonly service: string
      readonly summary: ServiceSummary
      readonly point: HistoryPoint
    }
  | { readonly kind: 'change'; readonly service: string; readonly change: ChangeView }
  | { readonly kind: 'instance'; readonly service: string; readonly instance: InstanceView }
  | { readonly kind: 'removed'; readonly service: string }

export interface JournalEntryView {
  readonly service: string | null
  readonly sequence: number
  readonly at: string
  readonly kind: 'decision' | 'outcome' | 'change' | 'event'
  readonly actor: string
  readonly body: unknown
  readonly previousHash: string
  readonly hash: string
}

export interface JournalCheck {
  readonly service: string | null
  readonly entries: number
  readonly intact: boolean
  /** The first entry that does not fit the chain; null when all do. */
  readonly brokenAt: number | null
  readonly says: string
}

/** The latest decision at or before an instant, in words. */
export interface WhyView {
  readonly service: string
  readonly askedFor: string
  readonly decidedAt: string | null
  readonly sequence: number | null
  readonly says: string
  readonly changes: readonly ChangeView[]
  /** What was advised and not carried out. */
  readonly advice: readonly ChangeView[]
  readonly verdicts: readonly VerdictView[]
  readonly reasons: readonly ReasonView[]
  readonly observed: readonly string[]
  readonly outcome: readonly string[]
}

export interface ManifestView {
  readonly kind: 'Service' | 'Agreement' | 'Offer' | 'InstanceType' | 'Owner' | 'Source' | 'Rule' | 'Watch'
  readonly name: string
  readonly owner: string | null
  readonly version: number
  readonly appliedAt: string
  readonly appliedBy: string
  /** The manifest as it can be applied again. */
  readonly document: unknown
  /** Of an agreement: the versions that are in force or will be, oldest first. */
  readonly standing?: readonly StandingVersion[]
  /** Of an agreement: what it says of places and this platform does not follow, in words. */
  readonly unmetPlaces?: readonly string[]
}

export interface StandingVersion {
  readonly version: number
  /** From when on it counts; null for always. */
  readonly from: string | null
  readonly state: 'in-force' | 'upcoming'
  /** Who agreed to it, for each side that signed. */
  readonly signedBy: { readonly owner?: string; readonly platform?: string }
  /** Left out for the newest, whose document is the manifest's own. */
  readonly document?: unknown
}

/** Files as the CLI read them; `directory` is what relative paths in the file are relative to. */
export interface ApplyRequest {
  readonly files: readonly { readonly name: string; readonly directory: string; readonly text: string }[]
  readonly dryRun?: boolean
}

export interface AppliedView {
  readonly kind: ManifestView['kind']
  readonly name: string
  readonly action: 'created' | 'changed' | 'unchanged'
  readonly version: number
  /** Each difference as a path with both values; empty when created or unchanged. */
  readonly differences: readonly {
    readonly path: string
    readonly before: unknown
    readonly after: unknown
  }[]
}

export interface ApplyResponse {
  readonly dryRun: boolean
  readonly applied: readonly AppliedView[]
  /** What is allowed and hardly meant. */
  readonly warnings: readonly ApplyWarning[]
}

export interface KeyView {
  readonly id: string
  readonly name: string
  readonly scope: 'operator' | 'owner' | 'ingest' | 'client'
  readonly owner: string | null
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly revokedAt: string | null
}

/** The only answer that ever carries the secret. */
export interface CreatedKey extends KeyView {
  readonly secret: string
}

export interface Whoami {
  readonly name: string
  readonly scope: KeyView['scope']
  readonly owner: string | null
}

/** RFC 9457. */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly hint: string
  readonly faults: readonly {
    readonly message: string
    readonly hint: string
    readonly source?: string
    readonly line?: number
    readonly column?: number
    readonly pointer?: string
  }[]
}

/** One chain of the journal, or all of them with what each came to. */
export interface JournalCheckAll {
  readonly intact: boolean
  readonly entries: number
  readonly chains: readonly JournalCheck[]
}

export interface CreateKeyRequest {
  readonly name: string
  readonly scope: KeyView['scope']
  /** Whose key it is: given exactly for the scope `owner`. */
  readonly owner?: string
  /** Without it the key is valid until it is revoked. */
  readonly expiresAt?: string
}

/** Of /readyz: each check says what it waits for. */
export interface ReadinessView {
  readonly ready: boolean
  readonly version: string
  /** Where the platform is; null where nobody said it. */
  readonly region: string | null
  readonly checks: readonly {
    readonly name: 'store' | 'first-tick' | 'draining'
    readonly ok: boolean
    readonly says: string
  }[]
}
