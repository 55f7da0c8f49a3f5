/**
 * Reads Prometheus' text format and OpenMetrics as the bytes come, into the sink of a source. The bytes of a series
 * are its key: only those that were never met are made into names and labels. As the lines of a target hardly ever
 * change their order, each is compared first with the one that followed last time. It never throws: what is no line of
 * the format is a fault, and the rest goes on.
 */
import {
  createByteTable,
  NO_ENTRY,
  NO_SERIES,
  type About,
  type ByteTable,
  type SeriesSink,
} from '@holdfast/core/health'
import { createHeldCounters, type HeldCounters } from './held-counters.ts'
import { createLines, type Lines } from './lines.ts'
import { isBlank, NOT_READ, readNumber, type NumberEnd } from './number-text.ts'
import { kindOf, roleOf, unitOf, type Role } from './roles.ts'
import { endOfSeries, readSeries, textOf } from './series-text.ts'

export interface TextReaderOf {
  readonly sink: SeriesSink
  readonly about: About
  /** Of the lines that are known again by their bytes; others are read anew each time. */
  readonly maxKnown: number
  readonly maxKnownBytes: number
}

/** openmetrics: instants in seconds, exemplars, an end that is said. */
export type TextFormat = 'prometheus' | 'openmetrics'

export interface TextReader {
  /** A body begins, whose readings without an instant of their own are of this one. */
  begin(at: number, format: TextFormat): void
  write(chunk: Uint8Array): void
  /** The body has ended. How many samples it had. */
  end(): number
}

/** A name with its labels; one that is longer is left out. */
export const MAX_SERIES_BYTES = 4_096
/** So many series that found no room in one body: what else is new in it is only counted. */
const MAX_REFUSED = 1_000

const [NEWLINE, BLANK, HASH] = [0x0a, 0x20, 0x23] as const

const ROLES: readonly Role[] = ['counter', 'gauge', 'quantile', 'created']
const [COUNTER, , QUANTILE, CREATED] = [0, 1, 2, 3] as const
/** A handle and what is read into it, as one number. */
const packed = (handle: number, role: number): number => handle * 4 + role

export const createTextReader = (of: TextReaderOf): TextReader => new Reader(of)

class Reader implements TextReader {
  readonly #sink: SeriesSink
  readonly #about: About
  readonly #known: ByteTable
  readonly #lines: Lines
  readonly #number: NumberEnd = { end: NOT_READ }
  readonly #held: HeldCounters
  #isOpenMetrics = false
  #isEnded = false
  #at = 0
  /** Of the line that is read. */
  #lineAt = 0
  #epoch: number
  #family = { name: '', type: 'unknown' }
  /** The entry of the line that comes next, if it is as last time. */
  #expected = 0
  #samples = 0
  #refused = 0

  constructor({ sink, about, maxKnown, maxKnownBytes }: TextReaderOf) {
    this.#sink = sink
    this.#about = about
    this.#known = createByteTable({ maxEntries: maxKnown, maxBytes: maxKnownBytes })
    this.#held = createHeldCounters(sink)
    this.#epoch = sink.epoch()
    this.#lines = createLines({
      read: (bytes, start, end) => this.#read(bytes, start, end),
      tooLong: () => sink.fault('too-large'),
    })
  }

  begin(at: number, format: TextFormat): void {
    // Of a body that broke off.
    this.#lines.clear()
    if (this.#epoch === this.#sink.epoch()) this.#held.release()
    else this.#forget()
    this.#at = at
    this.#isOpenMetrics = format === 'openmetrics'
    this.#isEnded = false
    this.#family = { name: '', type: 'unknown' }
    this.#expected = 0
    // Lines that come no more are not kept for ever.
    if (this.#known.size() > 2 * this.#samples + MAX_REFUSED) this.#forget()
    this.#samples = 0
    this.#refused = 0
  }

  write(chunk: Uint8Array): void {
    if (this.#epoch !== this.#sink.epoch()) this.#forget()
    this.#lines.write(chunk)
  }

  end(): number {
    if (this.#epoch !== this.#sink.epoch()) this.#forget()
    this.#lines.end()
    this.#held.release()
    this.#held.watchFrom(this.#at)
    if (this.#isOpenMetrics && !this.#isEnded) this.#sink.fault('malformed')
    if (this.#refused > MAX_REFUSED) this.#sink.fault('too-many-series', this.#refused - MAX_REFUSED)
    return this.#samples
  }

  #forget(): void {
    this.#known.clear()
    this.#held.forget()
    this.#expected = 0
    this.#epoch = this.#sink.epoch()
  }

  /** Whole lines, each with its end. */
  #read(bytes: Uint8Array, start: number, end: number): void {
    let at = start
    while (at < end) {
      const length = this.#known.begins(this.#expected, bytes, at, end)
      let next = NOT_READ
      if (length !== NO_ENTRY && bytes[at + length] === BLANK)
        next = this.#value(this.#known.valueOf(this.#expected), bytes, at + length + 1, end)
      if (next === NOT_READ) {
        const lineEnd = bytes.indexOf(NEWLINE, at)
        if (!this.#other(bytes, at, lineEnd)) this.#sink.fault('malformed')
        next = lineEnd + 1
      } else this.#expected += 1
      at = next
    }
  }

  /** What comes behind a series that is known: behind its line, or NOT_READ where it is no sample. */
  #value(known: number, bytes: Uint8Array, start: number, end: number): number {
    const value = readNumber(bytes, start, end, this.#number)
    let i = this.#number.end
    if (i === NOT_READ) return NOT_READ
    this.#lineAt = this.#at
    if (bytes[i] !== NEWLINE) i = this.#rest(bytes, i, end)
    if (i !== NOT_READ) this.#sample(known, value)
    return i === NOT_READ ? NOT_READ : i + 1
  }

  /** An instant, an exemplar, both or none: where the line ends. */
  #rest(bytes: Uint8Array, start: number, end: number): number {
    let i = pastBlanks(bytes, start, end)
    if (bytes[i] !== NEWLINE && bytes[i] !== HASH) {
      const told = readNumber(bytes, i, end, this.#number)
      if (this.#number.end === NOT_READ || !Number.isFinite(told)) return NOT_READ
      // A clock that is ahead of ours tells of now.
      this.#lineAt = Math.min(Math.round(this.#isOpenMetrics ? told * 1_000 : told), this.#at)
      i = pastBlanks(bytes, this.#number.end, end)
    }
    if (bytes[i] === HASH && this.#isOpenMetrics) i = bytes.indexOf(NEWLINE, i)
    return bytes[i] === NEWLINE ? i : NOT_READ
  }

  #sample(known: number, value: number): void {
    this.#samples += 1
    const handle = known >> 2
    switch (known & 3) {
      case COUNTER:
        if (this.#isOpenMetrics) this.#held.hold(handle, value, this.#lineAt)
        else this.#sink.counter(handle, value, this.#lineAt)
        break
      case QUANTILE:
        if (!Number.isNaN(value)) this.#sink.gauge(handle, value, this.#lineAt)
        break
      case CREATED:
        this.#held.tell(handle, value * 1_000)
        break
      default:
        this.#sink.gauge(handle, value, this.#lineAt)
    }
  }

  /** A line that is not the one that was expected. False where it is malformed. */
  #other(bytes: Uint8Array, lineStart: number, lineEnd: number): boolean {
    const start = pastBlanks(bytes, lineStart, lineEnd)
    if (start >= lineEnd) return true
    if (this.#isEnded) return false
    if (bytes[start] === HASH) return this.#comment(bytes, start, lineEnd)
    const end = endOfSeries(bytes, start, lineEnd)
    if (end <= start) return false
    const valueAt = pastBlanks(bytes, end, lineEnd)
    const entry = this.#known.find(bytes, start, end)
    if (entry !== NO_ENTRY) {
      this.#expected = entry + 1
      return this.#value(this.#known.valueOf(entry), bytes, valueAt, lineEnd + 1) !== NOT_READ
    }
    readNumber(bytes, valueAt, lineEnd, this.#number)
    if (this.#number.end === NOT_READ) return false
    const opened = this.#open(bytes, start, end)
    if (opened === null) return false
    if (opened === NO_SERIES) return true
    const added = this.#known.set(bytes, start, end, opened)
    if (added !== NO_ENTRY) this.#expected = added + 1
    return this.#value(opened, bytes, valueAt, lineEnd + 1) !== NOT_READ
  }

  /** Null where it is malformed, NO_SERIES where there is no room for it. */
  #open(bytes: Uint8Array, start: number, end: number): number | null {
    if (end - start > MAX_SERIES_BYTES) {
      this.#sink.fault('too-large')
      return NO_SERIES
    }
    if (this.#refused >= MAX_REFUSED) {
      this.#refused += 1
      return NO_SERIES
    }
    const named = readSeries(bytes, start, end)
    if (named === null) return null
    const { name, labels } = named
    const said = roleOf(name, this.#family)
    const role = said === 'created' && !this.#isOpenMetrics ? 'gauge' : said
    const group = this.#isOpenMetrics ? groupOf(this.#family.name, labels) : ''
    if (role === 'created') return packed(this.#held.group(group), CREATED)
    const handle = this.#sink.open({
      about: this.#about,
      name,
      labels,
      kind: kindOf(role),
      unit: unitOf(name),
    })
    if (handle === NO_SERIES) this.#refused += 1
    else if (group !== '' && role === 'counter') this.#held.join(handle, this.#held.group(group))
    return handle === NO_SERIES ? NO_SERIES : packed(handle, ROLES.indexOf(role))
  }

  #comment(bytes: Uint8Array, start: number, end: number): boolean {
    // Help is long, and of no use here.
    if (end - start > MAX_SERIES_BYTES || (bytes[start + 2] !== 0x54 && bytes[start + 2] !== 0x45))
      return true
    const [, word, name = '', type] = textOf(bytes, start, end)
      .trim()
      .split(/[ \t]+/)
    if (word === 'EOF' && this.#isOpenMetrics) this.#isEnded = true
    if (word !== 'TYPE') return true
    this.#held.release()
    this.#family = { name, type: type ?? 'unknown' }
    return type !== undefined
  }
}

function pastBlanks(bytes: Uint8Array, start: number, end: number): number {
  let i = start
  while (i < end && bytes[i] !== NEWLINE && isBlank(bytes[i] ?? 0)) i++
  return i
}

/** What shares the instant since when it counts: all of a family with the same labels, bounds aside. */
function groupOf(family: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).filter(([name]) => name !== 'le' && name !== 'quantile')
  return `${family}${JSON.stringify(pairs)}`
}
