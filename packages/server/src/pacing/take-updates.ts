/** Takes updates that were read, and writes the answers: JSON put together by hand, as there may be a million a second. */
import type { Outcome } from '@holdfast/core/pacing'
import type { PacedWatch } from './paced-watch.ts'
import type { Update } from './read-update.ts'
import { openToken, sealToken, type TokenKey, type TokenOf } from './tokens.ts'

export interface Answer {
  readonly outcome: Outcome
  /** Null where what is known of the client is kept here. */
  readonly token: string | null
}

export interface TakenAt {
  readonly now: number
  /** From 0 to 1. */
  readonly chance: () => number
  readonly keys: readonly TokenKey[]
}

export function takeUpdate(watch: PacedWatch, { client, token, report }: Update, at: TakenAt): Answer {
  const { engine } = watch
  if (engine.watch.keptBy === 'server')
    return { outcome: engine.update(client, report, at.now, at.chance()), token: null }
  const of: TokenOf = { watch: engine.watch.name, layout: watch.form, client }
  const carried = token === undefined ? null : carriedIn(watch, of, token, at)
  const { outcome, carries } = engine.updateCarried(carried, report, at.now, at.chance())
  return { outcome, token: sealToken(at.keys, of, carries) }
}

/** Null for one that is refused: the client starts afresh, and it is counted. */
function carriedIn(
  { engine }: PacedWatch,
  of: TokenOf,
  token: string,
  { now, keys }: TakenAt,
): Uint8Array | null {
  const opened = openToken(keys, of, token, engine.carriedBytes)
  if (opened.kind === 'good') {
    const since = now - engine.recordCarried(opened.carried).model.updatedAt
    if (since <= engine.watch.forgetAfterMs) return opened.carried
  }
  engine.statistics.add('badTokens', now)
  return null
}

export const secondsUntil = ({ dueAt }: Outcome, now: number): number =>
  Math.max(1, Math.ceil((dueAt - now) / 1_000))

export function answerText({ outcome, token }: Answer, early: string, now: number): string {
  const due = `{"nextMs":${Math.max(0, outcome.dueAt - now)},"at":"${instantText(outcome.dueAt)}"`
  const soon = outcome.kind === 'too-soon' ? `,"tooSoon":true` : ''
  const carried = token === null ? '' : `,"token":"${token}"`
  return `${due}${soon}${carried}${early === '' ? '' : `,"early":${early}`}}`
}

const MINUTE = 60_000
/** Minutes of the hours ahead, in which nearly all updates are due. */
const MOST_MINUTES = 256
const minutes = new Map<number, string>()

/** ISO 8601. */
function instantText(at: number): string {
  const minute = Math.floor(at / MINUTE)
  const within = at - minute * MINUTE
  const second = Math.floor(within / 1_000)
  const ms = within - second * 1_000
  return `${minuteText(minute)}${second < 10 ? '0' : ''}${second}.${ms < 10 ? '00' : ms < 100 ? '0' : ''}${ms}Z`
}

function minuteText(minute: number): string {
  const known = minutes.get(minute)
  if (known !== undefined) return known
  if (minutes.size >= MOST_MINUTES) minutes.clear()
  const text = new Date(minute * MINUTE).toISOString().slice(0, 17)
  minutes.set(minute, text)
  return text
}
