/**
 * Counts each finished operation exactly against the limits that were agreed when it finished. Counts stay
 * with the level's name when its limit changes, and a level that is no longer counted is reported once more.
 */
import type { LevelName, PartName } from '@holdfast/core/units'
import type { CountedLevel } from './gateway.ts'
import { ownServiceMs, type Operation, type Outcome } from './operation.ts'

interface Count {
  met: number
  missed: number
}

export interface LevelCounter {
  readonly level: CountedLevel
  readonly count: Count
}

export class LevelCounts {
  #counters: readonly LevelCounter[] = []
  readonly #counts = new Map<LevelName, Count>()

  setLevels(levels: readonly CountedLevel[]): void {
    this.#counters = levels.map((level) => {
      const count = this.#counts.get(level.level) ?? { met: 0, missed: 0 }
      this.#counts.set(level.level, count)
      return { level, count }
    })
  }

  /**
   * Those that operations of this part are counted against. A level without a part is about what comes
   * from outside, and that comes to the entry part.
   */
  ofPart(part: PartName, isEntry: boolean): readonly LevelCounter[] {
    return this.#counters.filter(({ level }) => (level.part === null ? isEntry : level.part === part))
  }

  take(): readonly { readonly level: LevelName; readonly met: number; readonly missed: number }[] {
    const present = new Set(this.#counters.map(({ level }) => level.level))
    const taken = [...this.#counts].map(([level, { met, missed }]) => ({ level, met, missed }))
    for (const [level, count] of this.#counts) {
      count.met = 0
      count.missed = 0
      if (!present.has(level)) this.#counts.delete(level)
    }
    return taken
  }
}

export function countAgainst(
  counters: readonly LevelCounter[],
  operation: Operation,
  outcome: Outcome,
  responseMs: number,
): void {
  for (const { level, count } of counters) {
    if (level.part === null && !operation.entry) continue
    if (level.operation !== null && level.operation !== operation.name) continue
    if (level.class !== null && level.class !== operation.class) continue
    const met = isMet(level, operation, outcome, responseMs)
    if (met === true) count.met += 1
    else if (met === false) count.missed += 1
  }
}

/**
 * Null when nothing can be said: a client that left before the limit saw neither a good answer nor a bad
 * one. One that left after it has missed it, or short patience would make a slow service look quick.
 */
function isMet(
  level: CountedLevel,
  operation: Operation,
  outcome: Outcome,
  responseMs: number,
): boolean | null {
  if (outcome === 'failed' || outcome === 'refused') return false
  if (outcome === 'aborted') {
    return level.counts === 'response-time' && responseMs > level.limitMs ? false : null
  }
  switch (level.counts) {
    case 'response-time':
      return responseMs <= level.limitMs
    case 'service-time':
      return ownServiceMs(operation) <= level.limitMs
    case 'error-ratio':
      return true
  }
}
