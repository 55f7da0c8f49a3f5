/** What the API says of watches and their clients: types alone, as those of api.ts, which passes them on. */

/** One client's own words; see the route for what each key means. */
export interface UpdateRequest {
  readonly client: string
  readonly parameters: Readonly<Record<string, number | string | boolean | readonly string[]>>
  readonly class?: string
  readonly features?: Readonly<Record<string, string>>
  readonly changes?: number
  readonly lastChangeAgoMs?: number
  readonly sendsEarly?: boolean
  readonly token?: string
}

export interface UpdateAnswer {
  /** When the next update is due, from now on. */
  readonly nextMs: number
  readonly at: string
  /** It came long before its time with nothing new: nothing was learned from it. */
  readonly tooSoon?: true
  readonly token?: string
  /** Changes for which a client that can judge them does not wait. */
  readonly early?: readonly EarlyRuleView[]
}

export interface EarlyRuleView {
  readonly kind: 'absolute' | 'relative' | 'ratio' | 'bands' | 'changed'
  readonly parameter: string
  readonly least?: number
  readonly edges?: readonly number[]
}

export type UpdatesAnswer = UpdateAnswer | { readonly answers: readonly UpdateAnswer[] }

export interface PacingStatsView {
  readonly watch: string
  readonly service: string
  readonly from: string
  readonly to: string
  /** Those that are kept by this server; null where clients carry what is known of them. */
  readonly clients: number | null
  /** Null also while they are few: memory comes in chunks of some thousand. */
  readonly bytesPerClient: number | null
  readonly updates: number
  readonly newcomers: number
  readonly changed: number
  readonly early: number
  readonly tooSoon: number
  readonly refused: number
  readonly badTokens: number
  readonly notKept: number
  /** Updates a second, over the time; what all clients' intervals come to; what they may be. */
  readonly perSecond: number
  readonly wantedPerSecond: number
  readonly budgetPerSecond: number | null
  /** What an update must save of wrongness; null without a budget. */
  readonly priceMs: number | null
  /** Of updates by clients that were known: those that said something significant. */
  readonly usefulShare: number | null
  /** For how much of the time copies were wrong; null before there were two updates of one client. */
  readonly stale: { readonly promised: number; readonly realised: number } | null
  /** What the same clients would take at one interval for all, as wrong as they are now. */
  readonly fixed: FixedIntervalView | null
  readonly minutes: readonly PacingMinuteView[]
}

export interface FixedIntervalView {
  readonly measure: 'mean' | 'p95'
  readonly staleShare: number
  readonly intervalMs: number
  readonly perSecond: number
  /** Updates now against those. */
  readonly ratio: number
}

export interface PacingMinuteView {
  readonly at: string
  readonly updates: number
  readonly changed: number
  readonly newcomers: number
  /** What was expected of the minute when it began; null for the minute in which the server started. */
  readonly forecast: number | null
  readonly promisedStale: number | null
  readonly realisedStale: number | null
}

export interface PacingModelView {
  readonly watch: string
  readonly version: number
  /** Significant changes that it was learned from. */
  readonly changes: number
  /** How often a client of which nothing is known is thought to change. */
  readonly priorDwellMs: number
  /** By hour of the day (UTC), relative to the mean. */
  readonly hourFactors: readonly number[]
  readonly hazards: readonly HazardView[]
  readonly features: readonly FeatureView[]
}

/** How likely clients of one kind and rate change, by the time since they last did. */
export interface HazardView {
  readonly kind: string
  readonly dwellMs: number
  /** Changes it was learned from. */
  readonly changes: number
  /** Where each age begins, in mean dwell times, and changes in a mean dwell time from there on. */
  readonly ages: readonly { readonly from: number; readonly hazard: number }[]
}

export interface FeatureView {
  readonly feature: string
  readonly value: string
  /** Clients that are known well and told of it. */
  readonly clients: number
  readonly dwellMs: number
}

export interface PacedClientView {
  readonly watch: string
  readonly client: string
  readonly updatedAt: string
  readonly dueAt: string
  readonly intervalMs: number
  /** What would be answered now, and why. */
  readonly next: PacedNextView
  readonly overdueMs: number
  /** 1: one in ten clients comes so late; 3: one in a thousand. */
  readonly suspicion: number
  readonly says: string
}

export interface PacedNextView {
  readonly intervalMs: number
  readonly boundBy: 'wanted' | 'least' | 'most' | 'budget' | 'heartbeat'
  readonly kind: string
  /** Changes that its rate is known from, and how often it changes. */
  readonly changes: number
  readonly dwellMs: number
  readonly ageMs: number
  readonly hourFactor: number
  readonly chance: number
  readonly staleShare: number
}

export interface ExpectationsRequest {
  readonly clients: readonly { readonly client: string; readonly token?: string }[]
  /** A duration, such as 5min. */
  readonly within: string
}

export interface ExpectationView {
  readonly client: string
  readonly known: boolean
  /** P(significant change within the time from its last update); null for a client that is not known. */
  readonly chance: number | null
  /** Whether that is more likely than not. */
  readonly willChange: boolean | null
  readonly changes: number | null
  readonly dueAt: string | null
}

export interface ExpectationsView {
  readonly watch: string
  readonly withinMs: number
  readonly clients: readonly ExpectationView[]
}

export interface PacingForecastView {
  readonly watch: string
  readonly nextMinute: { readonly updates: number; readonly perSecond: number }
  readonly ahead: readonly ExpectedLoadView[]
}

export interface ExpectedLoadView {
  readonly at: string
  readonly aheadMs: number
  readonly perSecond: number
  /** Not exceeded with a chance of 90 %. */
  readonly high: number
  readonly by: 'forecast' | 'usual'
  /** Of servers that take as many updates a second as was asked for; null where nothing was. */
  readonly servers: number | null
}
