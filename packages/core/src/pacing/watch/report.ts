/** What a client says with an update, and what it is answered. */
import type { NextUpdate } from '../model/index.ts'
import type { Parameters } from '../significance/index.ts'
import type { Features } from './feature-groups.ts'

export interface Report {
  readonly parameters: Parameters
  readonly class?: string
  readonly features?: Features
  /** Significant changes since its last update, where it counts them itself. */
  readonly changes?: number | undefined
  readonly lastChangeAgoMs?: number | undefined
  /** It judges the watch's early rules itself, and does not wait where one holds. */
  readonly sendsEarly?: boolean
}

/** One update, as it was taken. */
export interface Taken {
  readonly kind: 'taken'
  readonly dueAt: number
  readonly isNew: boolean
  readonly hasChanged: boolean
}

/** It came long before its time and with nothing new: nothing is learned from it. */
export interface TooSoon {
  readonly kind: 'too-soon'
  readonly dueAt: number
  /** It has done so again and again, and is refused. */
  readonly isRefused: boolean
}

export type Outcome = Taken | TooSoon

/** Why a client is to report when it is. */
export interface Explained extends Omit<NextUpdate, 'boundBy'> {
  readonly boundBy: NextUpdate['boundBy'] | 'budget' | 'heartbeat'
}
