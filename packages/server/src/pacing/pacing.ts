/**
 * Pacing as the server offers it: takes updates, says what is known of a client, follows what is declared, and stores what has
 * changed. The same for the API's route and for the short way in front of it.
 */
import type { ClientRecord } from '@holdfast/core/pacing'
import { fail, ok, seconds, type EpochMs, type Result } from '@holdfast/core/units'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { problem, type Problem } from '../errors/index.ts'
import type { Store } from '../store/store.ts'
import type { DeclaredWatch, PacedWatch } from './paced-watch.ts'
import { createPacingKeeper } from './pacing-keeper.ts'
import { readUpdates, type Update } from './read-update.ts'
import { answerText, secondsUntil, takeUpdate } from './take-updates.ts'
import { openToken, type TokenKey } from './tokens.ts'

const TICK = seconds(2)
/** Who asks for a watch that there is not makes the store be read so often at most. */
const LOOKED_FOR_EVERY_MS = 1_000

interface AnswerText {
  /** JSON. */
  readonly text: string
  /** Null for a batch, whose updates are due at different times. */
  readonly retryAfterSeconds: number | null
}

interface Refusal {
  readonly problem: Problem
  readonly retryAfterSeconds: number | null
}

export interface Pacing {
  /** Null for one that is not at work here. */
  watch(name: string): PacedWatch | null
  /** The same, once what is declared was read again. */
  known(name: string): Promise<PacedWatch | null>
  watches(): readonly PacedWatch[]
  take(watch: PacedWatch, body: unknown, now: EpochMs): Result<AnswerText, Refusal>
  /** Null for a client that is not known, or whose token is none. */
  record(watch: PacedWatch, client: string, token: string | undefined): ClientRecord | null
  /** Follows what is declared and stores what has changed, until the signal is aborted; then stores all. */
  run(signal: AbortSignal): Promise<void>
}

export interface PacingOf {
  readonly store: Pick<Store, 'putPacing' | 'pacing' | 'pacingChunks' | 'forgetPacing'>
  /** Names this server among those that share the store. */
  readonly keeper: string
  readonly keys: readonly TokenKey[]
  readonly declared: () => Promise<readonly DeclaredWatch[]>
  readonly clock: Clock
  /** From 0 to 1. */
  readonly chance: () => number
  readonly log: Pick<Logger, 'error'>
}

export function createPacing({ store, keeper: name, keys, declared, clock, chance, log }: PacingOf): Pacing {
  const keeper = createPacingKeeper(store, name)
  let lookedAt = Number.NEGATIVE_INFINITY
  let following: Promise<void> | null = null

  /** One at a time: a watch must not begin twice. */
  function follow(): Promise<void> {
    following ??= declared()
      .then((all) => keeper.follow(all, clock.now()))
      .finally(() => (following = null))
    return following
  }

  function answered(watch: PacedWatch, update: Update, now: EpochMs): Result<AnswerText, Refusal> {
    const answer = takeUpdate(watch, update, { now, chance, keys })
    const retryAfterSeconds = secondsUntil(answer.outcome, now)
    if (answer.outcome.kind === 'too-soon' && answer.outcome.isRefused)
      return fail({ problem: tooSoon(update.client, retryAfterSeconds), retryAfterSeconds })
    return ok({ text: answerText(answer, watch.early, now), retryAfterSeconds })
  }

  return {
    watch: (wanted) => keeper.watch(wanted),
    watches: () => keeper.watches(),
    async known(wanted) {
      const found = keeper.watch(wanted)
      if (found !== null || clock.now() - lookedAt < LOOKED_FOR_EVERY_MS) return found
      lookedAt = clock.now()
      await follow()
      return keeper.watch(wanted)
    },
    take(watch, body, now) {
      const read = readUpdates(body, watch.engine.watch)
      if (!read.ok) {
        const says = read.error.map(({ message, place }) => `${place.pointer ?? ''}: ${message}`).join(' ')
        return fail({ problem: problem('request-invalid', says, read.error), retryAfterSeconds: null })
      }
      const { isBatch, updates } = read.value
      const [first] = updates
      if (!isBatch && first !== undefined) return answered(watch, first, now)
      const answers = updates.map((one) =>
        answerText(takeUpdate(watch, one, { now, chance, keys }), watch.early, now),
      )
      return ok({ text: `{"answers":[${answers.join(',')}]}`, retryAfterSeconds: null })
    },
    record({ engine, form }, client, token) {
      if (engine.watch.keptBy === 'server') return engine.record(client)
      if (token === undefined) return null
      const of = { watch: engine.watch.name, layout: form, client }
      const opened = openToken(keys, of, token, engine.carriedBytes)
      return opened.kind === 'good' ? engine.recordCarried(opened.carried) : null
    },
    async run(signal) {
      while (!signal.aborted) {
        try {
          await follow()
          await keeper.tick(clock.now())
        } catch (error) {
          log.error({ error }, 'What pacing knows could not be stored; it is tried again.')
        }
        await clock.sleep(TICK, signal)
      }
      await keeper.storeAll(clock.now())
    },
  }
}

function tooSoon(client: string, waitSeconds: number): Problem {
  return problem(
    'too-many-requests',
    `The client "${client}" comes again and again before its time; its next update is due in ${waitSeconds} s.`,
  )
}
