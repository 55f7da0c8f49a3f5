/** Counts the changes that do not wait, by the rules that the server gave, and says whether one is not reported yet. */
import { holdsEarly } from './early-rules.ts'
import type { EarlyRule, Parameters, Update } from './options.ts'

export interface Changes {
  /** Takes in what the client is like now; true where that had better be reported at once. */
  look(parameters: Parameters): boolean
  /** What an update says of them. */
  counted(): Pick<Update, 'sendsEarly' | 'changes' | 'lastChangeAgoMs'>
  /** The server knows these parameters now, and so many changes. */
  reported(parameters: Parameters, changes: number, rules: readonly EarlyRule[]): void
  readonly hasRules: () => boolean
}

export function createChanges(elapsed: () => number): Changes {
  let rules: readonly EarlyRule[] = []
  let known: Parameters | null = null
  let seen: Parameters | null = null
  let changes = 0
  let changedAt = 0
  return {
    look(parameters) {
      if (seen !== null && holdsEarly(rules, seen, parameters)) {
        changes += 1
        changedAt = elapsed()
        seen = parameters
      }
      seen ??= parameters
      return known !== null && holdsEarly(rules, known, parameters)
    },
    counted: () =>
      known === null || rules.length === 0
        ? {}
        : {
            sendsEarly: true,
            changes,
            ...(changes > 0 ? { lastChangeAgoMs: Math.round(elapsed() - changedAt) } : {}),
          },
    reported(parameters, told, given) {
      known = parameters
      changes -= told
      rules = given
    },
    hasRules: () => rules.length > 0,
  }
}
