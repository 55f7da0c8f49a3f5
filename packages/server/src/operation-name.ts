/**
 * Names an operation after its method and the first segment of its path, with what looks like an
 * identifier replaced, so that there are few names and each means one kind of work: `GET /orders`.
 * The gateway and whoever reads logs name them alike.
 */

/** A longer segment is hardly a name of anything; it is treated as an identifier. */
const MAX_SEGMENT_LENGTH = 64

const IDENTIFIER =
  /^(?:\d+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-z]*\d)[0-9a-f]{16,}|[0-9A-HJKMNP-TV-Z]{26})$/i

/** Plain words are by far the most frequent segments and need no closer look. */
const WORD = /^[a-z_-]{1,15}$/i

export function operationName(method: string, target: string): string {
  return `${method} ${routeOf(target)}`
}

/** `/orders` of `/orders/17?full=1`. */
export const routeOf = (target: string): string => `/${templateOf(firstSegment(target))}`

function firstSegment(target: string): string {
  let end = 1
  for (; end < target.length; end += 1) {
    const code = target.charCodeAt(end)
    if (code === SLASH || code === QUESTION_MARK) break
  }
  return target.slice(1, end)
}

function templateOf(segment: string): string {
  if (WORD.test(segment)) return segment
  return segment.length > MAX_SEGMENT_LENGTH || IDENTIFIER.test(segment) ? ':id' : segment
}

const SLASH = 47
const QUESTION_MARK = 63
