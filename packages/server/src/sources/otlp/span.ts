/** One span: how long it took, and what it was, from the attributes that the semantic conventions have for it. */
import type { ByteReader } from '../../otlp/index.ts'
import { readAttribute } from './attributes.ts'
import { MAX_OPERATION_LENGTH, MAX_SPAN_ATTRIBUTES } from './limits.ts'

export interface Span {
  readonly ms: number
  /** When it ended, in milliseconds. */
  readonly at: number
  readonly operation: string
  /** Of HTTP; empty where it has none. */
  readonly status: string
  readonly isError: boolean
}

const [NAME, KIND, START, END, ATTRIBUTE, STATUS] = [0x2a, 0x30, 0x39, 0x41, 0x4a, 0x7a] as const
const STATUS_CODE = 0x18
const ERROR = 2
const [SERVER, CONSUMER] = [2, 5] as const

/** Null for a span that is none of its part's own operations: a call to others, or a step within. */
export function readSpan(reader: ByteReader): Span | null {
  let [name, kind, startAt, endAt, at, isError] = ['', 0, -1, -1, 0, false]
  const attributesAt: number[] = []
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    switch (tag) {
      case NAME:
        name = reader.text()
        break
      case KIND:
        kind = reader.varint()
        break
      case START:
        startAt = reader.at
        reader.skip(tag)
        break
      case END:
        endAt = reader.at
        at = reader.nanosAsMs()
        break
      case ATTRIBUTE:
        if (attributesAt.length < MAX_SPAN_ATTRIBUTES) attributesAt.push(reader.at)
        reader.skip(tag)
        break
      case STATUS:
        isError = readStatus(reader) === ERROR
        break
      default:
        reader.skip(tag)
    }
  }
  if (kind !== SERVER && kind !== CONSUMER) return null
  const ms = startAt === -1 || endAt === -1 ? NaN : reader.msBetween(startAt, endAt)
  return { ms, at, isError, ...whatItWas(reader, attributesAt, name) }
}

function readStatus(reader: ByteReader): number {
  const outer = reader.enter()
  let code = 0
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    if (tag === STATUS_CODE) code = reader.varint()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return code
}

function whatItWas(
  reader: ByteReader,
  attributesAt: readonly number[],
  name: string,
): Pick<Span, 'operation' | 'status'> {
  const end = reader.at
  const attributes = new Map<string, string>()
  for (const at of attributesAt) {
    reader.at = at
    readAttribute(reader, attributes)
  }
  reader.at = end
  const of = (...keys: readonly string[]): string =>
    keys.map((key) => attributes.get(key) ?? '').find((value) => value !== '') ?? ''
  const status = of('http.response.status_code', 'http.status_code')
  return {
    operation: operationOf(of, name).slice(0, MAX_OPERATION_LENGTH),
    status: /^[1-5]\d\d$/.test(status) ? status : '',
  }
}

function operationOf(of: (...keys: readonly string[]) => string, name: string): string {
  const route = of('http.route')
  if (route !== '') return `${of('http.request.method', 'http.method')} ${route}`.trim()
  const method = of('rpc.method')
  if (method === '') return name
  const service = of('rpc.service')
  return service === '' || method.includes('/') ? method : `${service}/${method}`
}
