/** What the API says of sources and of rules that are tried: types alone, as those of api.ts, which passes them on. */
import type { MetricView } from './health-api.ts'

/** Who tells of a service, and how that goes. */
export interface SourceStatusView {
  readonly name: string
  /** What is read, such as prometheus; `pushed` for what comes without being asked. */
  readonly reads: string
  /** Null for the whole service. */
  readonly part: string | null
  /** How often it is asked; null for what is pushed. */
  readonly everyMs: number | null
  /** well: it told lately. waiting: it was not asked yet. failing: it was asked in vain. silent: nothing came lately. */
  readonly state: 'well' | 'waiting' | 'failing' | 'silent'
  /** What is wrong, in one sentence; null where nothing is. */
  readonly says: string | null
  readonly lastAt: string | null
  readonly rounds: number | null
  readonly failedRounds: number | null
  readonly series: number
  /** What was wrong with what it told, and how often. */
  readonly faults: readonly SourceFaultView[]
  /** About whose operations it is believed: parts, and the service. */
  readonly believedAbout: readonly string[]
}

interface SourceFaultView {
  readonly kind: string
  readonly times: number
}

/** One series that a source tells of, as a rule would name it. */
export interface SeriesView {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly kind: 'counter' | 'gauge' | 'distribution'
  readonly unit: string | null
  readonly part: string | null
  readonly instance: string | null
  /** Null for a distribution. */
  readonly last: number | null
  readonly lastAt: string
}

export interface TryRulesRequest {
  readonly files: readonly { readonly name: string; readonly directory: string; readonly text: string }[]
  /** How long ago it begins, such as 30m; an hour at most. */
  readonly for?: string
  /** Over how long each figure is, such as 1m. */
  readonly interval?: string
}

export interface TriedRuleView {
  readonly rule: string
  readonly part: string | null
  readonly metric: string
  /** Of inputs that select none of the series there are, why. */
  readonly selectsNothing: readonly string[]
  readonly figures: readonly TriedFigureView[]
}

export interface TriedFigureView {
  readonly from: string
  readonly to: string
  /** What holds now; null for a metric that there is not yet. Of a service time its mean. */
  readonly now: MetricView | null
  readonly tried: MetricView
}

export interface TriedRulesView {
  readonly service: string
  /** Since when what sources told is at hand; null where nothing is. */
  readonly since: string | null
  readonly rules: readonly TriedRuleView[]
}
