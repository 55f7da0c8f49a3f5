/** Counts the changes that do not wait, by the rules that the server gave, and says whether one is not reported yet. */
import { earlyRulesIn, holdsEarly } from './early-rules.ts'
import type { EarlyRule, Parameters, Update } from './options.ts'

export interface Reported {
  readonly parameters: Parameters
  readonly rules: readonly EarlyRule[]
}

/** As a server or a storage gives it. */
interface Unchecked {
  readonly parameters: Parameters
  readonly rules: unknown
}

export interface Changes {
  /** Takes in what the client is like now. */
  look(parameters: Parameters): void
  /** As it was looked at last. */
  readonly latest: () => Parameters | null
  /** Whether the server had better know at once. */
  readonly isUrgent: () => boolean
  /** From now on they are looked for, so that none is missed between two updates. */
  judge(): void
  /** What an update says of them. */
  counted(): Pick<Update, 'sendsEarly' | 'changes' | 'lastChangeAgoMs'>
  /** The server knows these parameters now, and so many changes. */
  report(reported: Unchecked, changes?: number): void
  readonly reported: () => Reported | null
}

export function createChanges(passed: () => number): Changes {
  let reported: Reported | null = null
  /** Against this the next change is counted. */
  let counted: Parameters | null = null
  let latest: Parameters | null = null
  let judges = false
  let changes = 0
  let changedAt = 0
  const isChange = (before: Parameters | null | undefined, now: Parameters): boolean =>
    !!before && !!reported && holdsEarly(reported.rules, before, now)
  return {
    look(parameters) {
      latest = parameters
      if (isChange(counted, parameters)) {
        changes += 1
        changedAt = passed()
        counted = parameters
      }
      counted ??= parameters
    },
    latest: () => latest,
    isUrgent: () => isChange(reported?.parameters, latest ?? {}),
    judge: () => void (judges = true),
    // Where there are none by these rules there may be some by others, which only the server knows.
    counted: () =>
      judges
        ? {
            sendsEarly: true,
            ...(changes > 0 && { changes, lastChangeAgoMs: Math.round(passed() - changedAt) }),
          }
        : {},
    report(given, told = 0) {
      latest ??= given.parameters
      if (latest === given.parameters) counted = given.parameters
      changes -= told
      reported = { ...given, rules: earlyRulesIn(given.rules) }
    },
    reported: () => reported,
  }
}
