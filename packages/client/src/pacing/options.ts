/** What paced updates are told, and what they tell. */

/** Numbers, texts, flags, and sets of texts, by the names that the watch declares. What is undefined is not there. */
export type Parameters = Readonly<Record<string, number | string | boolean | readonly string[] | undefined>>

/** A change for which a client does not wait. */
export type EarlyRule =
  | { readonly kind: 'absolute' | 'relative' | 'ratio'; readonly parameter: string; readonly least: number }
  | { readonly kind: 'bands'; readonly parameter: string; readonly edges: readonly number[] }
  | { readonly kind: 'changed'; readonly parameter: string }

/** As it is sent: see POST /v1/watches/NAME/updates. */
export interface Update {
  readonly client: string
  readonly parameters: Parameters
  readonly class?: string | undefined
  readonly features?: Readonly<Record<string, string>> | undefined
  readonly changes?: number
  readonly lastChangeAgoMs?: number
  readonly sendsEarly?: true | undefined
  readonly token?: string | undefined
}

export interface Taken {
  readonly kind: 'taken'
  /** When the next update is due, from now on. */
  readonly nextMs: number
  readonly token?: string | null
  readonly early?: readonly EarlyRule[]
  /** It came before its time, and what it said was not kept. */
  readonly tooSoon?: boolean
}

export interface NotTaken extends Partial<Problem> {
  /** later: it may go well another time. refused: what is wrong with it will be wrong again. */
  readonly kind: 'later' | 'refused'
  /** At the soonest after this time, where the server asks for that. */
  readonly afterMs?: number
}

export type Answer = Taken | NotTaken

export interface Problem {
  /** As in the reference of errors, such as not-found; or unreachable, read-failed, too-large, unreadable. */
  readonly code: string
  /** In words, where there are any; else the code. */
  readonly says: string
}

/** Rejects where it is not known whether it arrived. `signal`: it took too long, or the updates were stopped. */
export type SendUpdate = (update: Update, signal: AbortSignal) => Promise<Answer>

export interface Told {
  readonly parameters: Parameters
  readonly nextMs: number
  /** It came sooner than it was due. */
  readonly early: boolean
}

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
  readonly pollMs?: number
  /** From an update to an early one at the least: 5 s if nothing is said. */
  readonly leastMs?: number
  /** After failures, between two tries at the most, unless the server asks for more: 5 min if nothing is said. */
  readonly mostMs?: number
  /** Whether updates go on while the page is hidden, as they do if nothing is said. */
  readonly whileHidden?: boolean
  /** Where it outlives the page when the next is due; localStorage, where there is one, if nothing is said. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem'>
  readonly onUpdate?: (told: Told) => void
  /** What went wrong; it is tried again by itself. */
  readonly onProblem?: (problem: Problem) => void
}
