/**
 * Reads lines by an expression that somebody wrote, with a named group for each field. On some line it may take longer
 * than there is time (`(a+)+$` does), so lines are matched under a time limit: a line that takes too long is skipped, and
 * after some of them in one round no further line of it is tried.
 */
import type { DurationUnit, LogFields } from '../source.ts'
import { withinTime } from '../within-time.ts'
import { createTimeReader } from './line-time.ts'
import { lineOfFields, type LogLine, type ReadLines } from './log-line.ts'

export interface PatternReader {
  readonly read: ReadLines
  /** Another round begins; returns how many lines took too long in the last one. */
  restart(): number
}

/** While lines are matched nothing else runs. */
const BATCH_MS = 50
const LINE_MS = 20
const MAX_OVERRUNS = 3

const FIELDS = {
  time: 'time',
  method: 'method',
  path: 'path',
  status: 'status',
  duration: 'duration',
  class: 'class',
  client: 'client',
} as const

export function createPatternReader(pattern: string, durationUnit: DurationUnit): PatternReader {
  const expression = new RegExp(pattern, 'u')
  const fields: LogFields = { ...FIELDS, durationUnit }
  const readTime = createTimeReader()
  let overruns = 0
  const lineOf = (groups: Readonly<Record<string, string>> | null): LogLine | null =>
    groups === null ? null : lineOfFields(fields, (key) => groups[key], readTime)
  return {
    read(lines, take) {
      for (let at = 0; at < lines.length;) {
        const matched = matchFrom(expression, lines, at)
        for (const groups of matched) take(lineOf(groups))
        at += matched.length
        if (at === lines.length) return
        // Was it this line, or were they too many?
        const alone = overruns < MAX_OVERRUNS ? matchOne(expression, lines[at] ?? '') : 'too-long'
        if (alone === 'too-long') overruns += 1
        take(alone === 'too-long' ? null : lineOf(alone))
        at += 1
        if (overruns < MAX_OVERRUNS) continue
        for (; at < lines.length; at += 1) take(null)
      }
    },
    restart() {
      const before = overruns
      overruns = 0
      return before
    },
  }
}

type Groups = Readonly<Record<string, string>> | null

/** As far as there was time. */
function matchFrom(expression: RegExp, lines: readonly string[], from: number): readonly Groups[] {
  const matched: Groups[] = []
  withinTime(BATCH_MS, () => {
    for (let at = from; at < lines.length; at += 1) matched.push(groupsIn(expression, lines[at] ?? ''))
  })
  return matched
}

function matchOne(expression: RegExp, line: string): Groups | 'too-long' {
  let groups: Groups = null
  return withinTime(LINE_MS, () => void (groups = groupsIn(expression, line))) ? groups : 'too-long'
}

function groupsIn(expression: RegExp, line: string): Groups {
  const match = expression.exec(line)
  return match === null ? null : (match.groups ?? {})
}
