/** Whether what answered is what was expected. Pure but for the time that an expression is given. */
import type { HttpExpectation } from '../source.ts'
import { withinTime } from '../within-time.ts'

/** Of what answers no more is read. */
export const MAX_ANSWER_BYTES: number = 65_536

/** An expression that takes longer on 64 kB is taken as one that did not match. */
const MATCH_MS = 50

export const isExpectedStatus = (status: number, expected: readonly string[]): boolean =>
  expected.some((one) => one === String(status) || one.toLowerCase() === `${Math.floor(status / 100)}xx`)

export function isExpectedBody(body: string, { body: pattern }: HttpExpectation): boolean {
  if (pattern === null) return true
  let matches = false
  withinTime(MATCH_MS, () => {
    matches = new RegExp(pattern, 'u').test(body)
  })
  return matches
}

/** Names are the same whatever their case and with or without the last dot. */
export function isExpectedRecord(records: readonly string[], expected: string | null): boolean {
  if (expected === null) return records.length > 0
  return records.some((record) => plain(record) === plain(expected))
}

const plain = (record: string): string => record.toLowerCase().replace(/\.$/, '')
