/** Asks again and again until Ctrl-C, through a restart of the server but not through an outage. */
import { isRetriable } from './failure.ts'
import type { Answer } from './http.ts'
import { done, type CommandContext, type Outcome } from './perform.ts'

/** The loop decides every few seconds, so that asking more often shows nothing new. */
export const INTERVAL_MS: number = 2_000

/** A minute: longer than a restart of the server takes. Then the command fails rather than hides an outage. */
const MAX_FAILURES_IN_A_ROW = 30

/** The first answer must be good; later ones may fail for a while, which is said once. */
export async function poll<T>(
  context: CommandContext,
  ask: () => Answer<T>,
  take: (value: T) => void,
): Promise<Outcome> {
  const signal = context.io.untilInterrupted()
  let hasAnswered = false
  let failures = 0
  while (!signal.aborted) {
    const answer = await ask()
    if (answer.ok) {
      take(answer.value)
      hasAnswered = true
      failures = 0
    } else {
      failures += 1
      if (!hasAnswered || !isRetriable(answer.error) || failures >= MAX_FAILURES_IN_A_ROW) return answer
      if (failures === 1) context.note(`${answer.error.detail} Trying again every ${INTERVAL_MS / 1_000} s.`)
    }
    await context.io.sleep(INTERVAL_MS, signal)
  }
  return done
}
