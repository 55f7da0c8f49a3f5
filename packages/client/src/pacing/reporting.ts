/** One update: what the client is like is read, sent and, as it is answered, the next one scheduled. One at a time. */
import type { Changes } from './changes.ts'
import { createMemory, textOf } from './memory.ts'
import type { Answer, NotTaken, PacedUpdatesOptions, Parameters, Taken, Update } from './options.ts'
import { parametersOf } from './parameters.ts'
import type { Schedule } from './schedule.ts'
import { sendTo } from './send-update.ts'
import { within } from './within.ts'
import type { PacingWorld } from './world.ts'

export interface Reporting {
  /** From what outlived the last page. */
  readonly restore: () => void
  /** false: it only looks at what the client is like now; null: it sends where the server had better know at once. */
  readonly begin: (sends: boolean | null) => Promise<void>
  /** Gives up what is under way. */
  readonly giveUp: () => void
  /** When that is over which is under way; null where nothing is. */
  readonly underWay: () => Promise<void> | null
}

interface ReportingOf {
  readonly options: PacedUpdatesOptions
  readonly world: PacingWorld
  readonly changes: Changes
  readonly schedule: Schedule
  /** Is called when one is over that was not given up. */
  readonly onOver: () => void
}

export function createReporting({ options, world, changes, schedule, onOver }: ReportingOf): Reporting {
  const { send = sendTo(options, world.now) } = options
  const memory = createMemory(options)
  let token: string | null = null
  let attempt: AbortController | null = null
  let underWay: Promise<void> | null = null

  async function report(mine: AbortController, sends: boolean | null): Promise<void> {
    const isEarly = schedule.left() > 0
    let update: Update | null = null
    let answer: Partial<Answer> | null = null
    try {
      // What the application does while it is read finds this under way.
      await Promise.resolve()
      const parameters = parametersOf(await within(() => options.read(), mine, world))
      changes.look(parameters)
      // The network may have gone while it was read.
      if ((sends ?? changes.isUrgent()) && world.isOnline() && attempt === mine) {
        const made = (update = updateOf(parameters))
        schedule.sent()
        answer = Object(await within(() => send(made, mine.signal), mine, world))
      }
    } catch (error) {
      const code = update ? 'unreachable' : 'read-failed'
      answer = { code, says: (Object(error) as Error).message }
    }
    if (attempt !== mine) return
    attempt = underWay = null
    if (update && answer?.kind === 'taken' && Number(answer.nextMs) >= 0)
      take(answer as Taken, update, isEarly)
    else if (sends !== false && answer) fail(answer as Partial<NotTaken>)
    onOver()
  }

  const updateOf = (parameters: Parameters): Update => ({
    client: options.client,
    parameters,
    class: options.class,
    features: options.features,
    token: token ?? undefined,
    ...changes.counted(),
  })

  function take(answer: Taken, { parameters, changes: counted }: Update, early: boolean): void {
    const { nextMs } = answer
    token = textOf(answer.token)
    // What came too soon the server does not know.
    if (!answer.tooSoon) changes.report({ parameters, rules: answer.early }, counted)
    remember(schedule.answered(nextMs, answer.tooSoon && changes.isUrgent()))
    void tell(options.onUpdate, { parameters, nextMs, early })
  }

  /** Applications that send by themselves answer what they like. */
  function fail(answer: Partial<NotTaken>): void {
    const { code = 'unreadable', says = code } = answer
    // It may be the token that is wrong.
    if (code === 'request-invalid') token = null
    remember(schedule.failed(answer))
    void tell(options.onProblem, { code, says })
  }

  function remember(waitMs: number): void {
    if (waitMs > 0) memory.write({ waitMs, token, reported: changes.reported() }, world.now())
  }

  return {
    restore() {
      const before = memory.read(world.now())
      token = before.token ?? token
      if (before.reported) changes.report(before.reported)
      schedule.set(Math.max(schedule.left(), before.waitMs))
    },
    begin(sends) {
      attempt = new AbortController()
      return (underWay = report(attempt, sends))
    },
    giveUp() {
      attempt?.abort()
      attempt = underWay = null
    },
    underWay: () => underWay,
  }
}

/** What the application does with it, now or later, must not end the updates. */
async function tell<Given>(call: ((given: Given) => unknown) | undefined, given: Given): Promise<void> {
  try {
    await call?.(given)
  } catch {
    // It was told, that is all.
  }
}
