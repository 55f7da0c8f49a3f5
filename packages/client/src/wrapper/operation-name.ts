/**
 * Names an operation where no framework knows its route: method and first segment of the path, with what looks like an
 * identifier replaced, as the gateway does it, so that both call the same work by the same name.
 */

/** A longer segment is hardly a name of anything; it is treated as an identifier. */
const MAX_SEGMENT_LENGTH = 64

const IDENTIFIER =
  /^(?:\d+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-z]*\d)[0-9a-f]{16,}|[0-9A-HJKMNP-TV-Z]{26})$/i

/** Plain words are by far the most frequent segments and need no closer look. */
const WORD = /^[a-z_-]{1,15}$/i

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i

/** `target` is a path, with or without origin and query. */
export function operationName(method: string, target: string): string {
  const path = target.startsWith('/') ? target : target.replace(ORIGIN, '')
  const end = path.slice(1).search(/[/?]/)
  return `${method} /${templateOf(end === -1 ? path.slice(1) : path.slice(1, end + 1))}`
}

/** The same of each segment, where a router is mounted below a path that was filled in already. */
export const pathTemplate = (path: string): string => path.split('/').map(templateOf).join('/')

function templateOf(segment: string): string {
  if (WORD.test(segment)) return segment
  return segment.length > MAX_SEGMENT_LENGTH || IDENTIFIER.test(segment) ? ':id' : segment
}
