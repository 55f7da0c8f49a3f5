/**
 * Bounds what is taken in at once. There are so many places for requests, and of these so many for one key; of those who
 * have one some are at work, and of one key one at a time, so that whoever sends much waits for itself.
 */
import { REQUESTS, REQUESTS_OF_A_KEY, TAKEN_AT_ONCE } from './limits.ts'

export interface Admission {
  /** A place; null where there is none. It is given back when disposed of. */
  enter(keyId: string): Place | null
}

interface Place extends Disposable {
  /** Does the work when it is its turn. */
  work<T>(task: () => Promise<T>): Promise<T>
}

interface Waiting {
  readonly keyId: string
  readonly begin: () => void
}

export function createAdmission(): Admission {
  const places = new Map<string, number>()
  const working = new Set<string>()
  const waiting: Waiting[] = []
  let inside = 0
  const next = (): void => {
    while (working.size < TAKEN_AT_ONCE) {
      const at = waiting.findIndex(({ keyId }) => !working.has(keyId))
      const [first] = at === -1 ? [] : waiting.splice(at, 1)
      if (first === undefined) return
      working.add(first.keyId)
      first.begin()
    }
  }
  return {
    enter(keyId) {
      const own = places.get(keyId) ?? 0
      if (inside >= REQUESTS || own >= REQUESTS_OF_A_KEY) return null
      inside += 1
      places.set(keyId, own + 1)
      return {
        async work(task) {
          await new Promise<void>((resolve) => {
            waiting.push({ keyId, begin: resolve })
            next()
          })
          try {
            return await task()
          } finally {
            working.delete(keyId)
            next()
          }
        },
        [Symbol.dispose]() {
          inside -= 1
          const left = (places.get(keyId) ?? 1) - 1
          if (left === 0) places.delete(keyId)
          else places.set(keyId, left)
        },
      }
    },
  }
}
