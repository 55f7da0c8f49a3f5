/**
 * Decides whether a client is asked how quick the service is, and tells Holdfast who was asked and what was answered. It
 * shows nothing: that is the widget's part, or the application's own. It never throws into the application.
 */
import { createReports } from './reports.ts'
import type { SurveyEvent, SurveyOptions, SurveyReply, SurveyStorage } from './options.ts'

export interface Survey {
  /** Whether to ask now; it changes nothing. */
  isDue(): boolean
  /** The question, which counts as asked from now on; null where it is not due. */
  ask(): SurveyQuestion | null
}

export interface SurveyQuestion {
  /** Only the first counts. */
  answer(reply: SurveyReply): void
  /** Asked and not answered. */
  dismiss(): void
}

/** What a survey has of the world; tests bring their own. */
export interface SurveyWorld {
  readonly now: () => number
  readonly random: () => number
  readonly id: () => string
}

const theWorld: SurveyWorld = { now: Date.now, random: Math.random, id: newId }

const APART_MS = 86_400_000
const KEPT_AS = 'holdfast.survey.'

/**
 * @example
 * const survey = createSurvey({ service: 'shop', client: 'account-17', every: 50, key })
 * const question = survey.ask()
 * question?.answer('great')
 */
export function createSurvey(options: SurveyOptions, world: SurveyWorld = theWorld): Survey {
  const { service, client, every, choose = 'by-client', apartMs = APART_MS } = options
  const reports = createReports(options)
  const kept = `${KEPT_AS}${service}`
  let askedAt = Number.NEGATIVE_INFINITY
  const lastAsked = (): number => Math.max(askedAt, read(options.storage, kept))
  const isChosen = (): boolean =>
    choose === 'at-random' ? world.random() * every < 1 : share(client) * every < 1
  const isRested = (): boolean => {
    const since = world.now() - lastAsked()
    // A clock that was set back must not silence the survey for ever.
    return since >= apartMs || since < 0
  }
  const identity = { client, ...(options.class === undefined ? {} : { class: options.class }) }
  const isDue = (): boolean => every >= 1 && isRested() && isChosen()
  return {
    isDue,
    ask() {
      if (!isDue()) return null
      askedAt = world.now()
      write(options.storage, kept, askedAt)
      const asked = { question: world.id(), ...identity }
      reports.tell(asked)
      let isOpen = true
      return {
        answer(reply) {
          if (isOpen) reports.tell({ ...asked, ...replied(reply) })
          isOpen = false
        },
        dismiss: () => void (isOpen = false),
      }
    },
  }
}

const replied = (reply: SurveyReply): Pick<SurveyEvent, 'answer' | 'rating' | 'score'> =>
  typeof reply === 'string' ? { answer: reply } : reply

/** A number from 0 to 1 that is the client's own (FNV-1a, mixed so that names alike are apart). */
function share(client: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < client.length; at++) hash = Math.imul(hash ^ client.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/** Where storage is refused, as in some private windows, what was asked is known until the page goes. */
function read(storage: SurveyStorage | undefined, key: string): number {
  try {
    const text = (storage ?? localStorage).getItem(key)
    return text === null || !Number.isFinite(Number(text)) ? Number.NEGATIVE_INFINITY : Number(text)
  } catch {
    return Number.NEGATIVE_INFINITY
  }
}

function write(storage: SurveyStorage | undefined, key: string, at: number): void {
  try {
    ;(storage ?? localStorage).setItem(key, String(at))
  } catch {
    // As above.
  }
}

/** Pages that did not come by https have no randomUUID. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
