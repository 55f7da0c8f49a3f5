/** What a survey is told, and what it tells of. */

export type SurveyWord = 'great' | 'ok' | 'too-slow'

/** One of the three words; or a rating from 1 to 10; or a score from 0 to 1. */
export type SurveyReply = SurveyWord | { readonly rating: number } | { readonly score: number }

export interface SurveyOptions {
  readonly service: string
  /** Who is asked: stable for one client. At most 128 visible ASCII characters. */
  readonly client: string
  readonly class?: string
  /** One client in so many is asked. */
  readonly every: number
  /**
   * by-client: always the same ones, so that none is asked more often by chance. at-random: each time anybody, which is
   * what to take where clients are few. by-client if nothing is said.
   */
  readonly choose?: 'by-client' | 'at-random'
  /** So long nobody is asked again: a day if nothing is said. */
  readonly apartMs?: number
  /** A key of scope `client`, which anybody may read. Not needed where `send` is given, or a proxy adds one. */
  readonly key?: string
  /** Where Holdfast is reached from the page; its own origin if nothing is said. */
  readonly url?: string
  /** Takes reports in the place of a request to Holdfast; rejects where it could not. */
  readonly send?: (events: readonly SurveyEvent[]) => Promise<void>
  /** Where it is kept when a client was asked last; localStorage if nothing is said. */
  readonly storage?: SurveyStorage
}

export type SurveyStorage = Pick<Storage, 'getItem' | 'setItem'>

export interface SurveyEvent {
  readonly question: string
  readonly client: string
  readonly class?: string
  readonly answer?: SurveyWord
  readonly rating?: number
  readonly score?: number
}
