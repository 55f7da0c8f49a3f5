/** What is under way is bounded in time and can be given up, and then leaves no timer. */
import type { PacingWorld } from './world.ts'

const WITHIN_MS = 10_000
const LATE = { message: 'It took over 10 s.' }

/** What the work gives, unless it takes too long or is given up before. */
export async function within<Value>(
  work: () => Value | Promise<Value>,
  attempt: AbortController,
  { after }: Pick<PacingWorld, 'after'>,
): Promise<Value> {
  let cancel = (): void => {}
  const over = new Promise<never>((_resolve, reject) => {
    attempt.signal.addEventListener('abort', () => reject(attempt.signal.reason))
    cancel = after(WITHIN_MS, () => attempt.abort(LATE))
  })
  try {
    return await Promise.race([work(), over])
  } finally {
    cancel()
  }
}
