/**
 * Pages of a listing: at most `limit` items, and an opaque cursor that says after which one to read on. A
 * cursor names the last item and not a position, so that what is added or removed meanwhile shifts nothing.
 */
import { z } from 'zod'
import type { Page } from './api.ts'
import { problem, ProblemError } from '../errors/index.ts'

const DEFAULT_PAGE = 100
/** Keeps an answer below a megabyte or so, and a handler from holding the process for long. */
const LARGEST_PAGE = 1_000

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(LARGEST_PAGE).default(DEFAULT_PAGE).describe('Items a page.'),
  cursor: z.string().optional().describe('`next` of the page before.'),
}

export const encodeCursor = (after: string): string => Buffer.from(after).toString('base64url')

export function decodeCursor(cursor: string): string {
  const after = Buffer.from(cursor, 'base64url').toString()
  if (cursor === '' || encodeCursor(after) !== cursor) throw wrongCursor()
  return after
}

export function wrongCursor(): ProblemError {
  const fault = {
    message: 'The cursor is not one that a page gave.',
    hint: 'Give the `next` of the page before, or none to start.',
    place: { pointer: '/query/cursor' },
  }
  return new ProblemError(problem('request-invalid', fault.message, [fault]))
}

export interface PageRequest {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** One page of items in the order of their keys, which are distinct. */
export function pageOfItems<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { limit, cursor }: PageRequest,
): Page<Item> {
  const after = cursor === undefined ? null : decodeCursor(cursor)
  const sorted = items.toSorted((left, right) => compareText(keyOf(left), keyOf(right)))
  const rest = after === null ? sorted : sorted.filter((item) => compareText(keyOf(item), after) > 0)
  const page = rest.slice(0, limit)
  const last = page.at(-1)
  return { items: page, next: rest.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null }
}

/** By code unit: the same on every machine, whatever its locale. */
function compareText(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
