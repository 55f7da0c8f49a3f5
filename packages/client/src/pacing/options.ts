/** What paced updates are told, and what they tell. */

/** Numbers, texts, flags, and sets of texts, by the names that the watch declares. */
export type Parameters = Readonly<Record<string, number | string | boolean | readonly string[]>>

/** A change for which a client does not wait. */
export type EarlyRule =
  | { readonly kind: 'absolute' | 'relative' | 'ratio'; readonly parameter: string; readonly least: number }
  | { readonly kind: 'bands'; readonly parameter: string; readonly edges: readonly number[] }
  | { readonly kind: 'changed'; readonly parameter: string }

/** As it is sent: see POST /v1/watches/NAME/updates. */
export interface Update {
  readonly client: string
  readonly parameters: Parameters
  readonly class?: string
  readonly features?: Readonly<Record<string, string>>
  readonly changes?: number
  readonly lastChangeAgoMs?: number
  readonly sendsEarly?: true
  readonly token?: string
}

export type Answer =
  | {
      readonly kind: 'taken'
      /** When the next update is due, from now on. */
      readonly nextMs: number
      readonly token: string | null
      readonly early: readonly EarlyRule[]
    }
  /** Not now: later, at the soonest after this time. */
  | { readonly kind: 'later'; readonly afterMs: number; readonly says: string }
  /** What is wrong with it will be wrong again. */
  | { readonly kind: 'refused'; readonly says: string }

/** `leaving`: the page goes, so that nobody waits for the answer. */
export type SendUpdate = (update: Update, how: { readonly leaving: boolean }) => Promise<Answer>

export interface PacedUpdatesOptions {
  readonly watch: string
  /** Stable for one client: 1 to 128 visible ASCII characters. */
  readonly client: string
  /** What the client is like now. It may take its time, ten seconds at most. */
  readonly read: () => Parameters | Promise<Parameters>
  readonly class?: string
  readonly features?: Readonly<Record<string, string>>
  /** A key of the scope client, which anybody may read. Not needed where `send` is given or a proxy adds one. */
  readonly key?: string
  /** Where Holdfast is reached; the page's own origin if nothing is said. */
  readonly url?: string
  /** Takes updates in the place of a request to Holdfast. */
  readonly send?: SendUpdate
  /** Look so often by itself whether something changed that does not wait; only by `changed()` if nothing is said. */
  readonly lookEveryMs?: number
  /** Between two updates at the least, also early ones: 5 s if nothing is said. */
  readonly leastMs?: number
  /** After failures, between two tries at the most: 5 min if nothing is said. */
  readonly mostBackOffMs?: number
  /** Where the due time and the token outlive the page; localStorage, where there is one, if nothing is said. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem'>
  readonly onUpdate?: (told: { readonly nextMs: number; readonly early: boolean }) => void
  /** What went wrong, in words; it is tried again by itself. */
  readonly onProblem?: (says: string) => void
}
