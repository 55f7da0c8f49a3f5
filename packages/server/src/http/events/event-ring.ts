/**
 * The last live events, so that a client whose connection broke reads on where it was. Ids begin with a word
 * that is new in each process: an id from before a restart is known to be one that cannot be resumed.
 */
import type { LiveEvent } from '../api.ts'

export interface NumberedEvent {
  readonly id: string
  /** Whose service it is about; null when that is not known (then only operators see it). */
  readonly owner: string | null
  readonly event: LiveEvent
}

export interface EventRing {
  push(owner: string | null, event: LiveEvent): NumberedEvent
  /** Those that followed; null when some of them are no longer known, or never were. */
  after(id: string): readonly NumberedEvent[] | null
}

export function createEventRing(word: string, capacity: number): EventRing {
  let pushed = 0
  let kept: NumberedEvent[] = []
  return {
    push: (owner, event) => {
      pushed += 1
      const numbered = { id: `${word}-${pushed}`, owner, event }
      kept.push(numbered)
      // Trimmed by halves, so that a push costs the same at any size.
      if (kept.length >= capacity * 2) kept = kept.slice(-capacity)
      return numbered
    },
    after: (id) => {
      const [, known, digits] = /^(.+)-(\d+)$/.exec(id) ?? []
      const missed = pushed - Number(digits)
      if (known !== word || missed < 0 || missed > kept.length) return null
      return missed === 0 ? [] : kept.slice(-missed)
    },
  }
}
