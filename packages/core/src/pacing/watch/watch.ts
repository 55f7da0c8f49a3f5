/**
 * What an operator declares of clients that report: what they report, which change matters, how certain the server's copy
 * should be, and how many updates all of them together may send. Data alone; it knows no client.
 */
import type { WatchName } from '../../units/index.ts'
import type { Limits, Wanted } from '../model/index.ts'
import type { Significance } from '../significance/index.ts'

export type ParameterType = 'number' | 'text' | 'flag' | 'set'

export interface WatchedParameter {
  readonly name: string
  readonly type: ParameterType
}

/** Where what is known of a client is kept between two of its updates. */
export type KeptBy = 'server' | 'client'

export interface ClientClass {
  readonly name: string
  /** Wrongness of its clients counts so many times. */
  readonly weight: number
}

/** A change for which a client does not wait: rules that it can judge by itself. */
export type EarlyRule = Extract<
  Significance,
  { readonly kind: 'absolute' | 'relative' | 'ratio' | 'bands' | 'changed' }
>

export interface Watch {
  readonly name: WatchName
  readonly parameters: readonly WatchedParameter[]
  readonly significant: Significance
  /** Of each client or of all; null for the least wrongness that the budget buys. */
  readonly wanted: Wanted | null
  /** Updates a second that all clients together may send; null for without a limit. */
  readonly budgetPerSecond: number | null
  readonly limits: Limits
  /** How often a client of which nothing is known is thought to change. */
  readonly firstGuessMs: number
  /** By this share updates come sooner or later, so that they do not come at once. */
  readonly jitter: number
  /** Clients that name none of them weigh 1. */
  readonly classes: readonly ClientClass[]
  /** What clients tell of themselves besides parameters, from which their behaviour is guessed. */
  readonly features: readonly string[]
  /** Any of them holds: the client reports at once. */
  readonly early: readonly EarlyRule[]
  /** Nothing is significant but what these rules say: a client that judges them needs no more than a sign of life. */
  readonly earlyIsAll: boolean
  readonly keptBy: KeptBy
  readonly mostClients: number
  /** Who has not reported for so long is forgotten. */
  readonly forgetAfterMs: number
}
