/**
 * Prometheus' exposition as a source: an address, or a path of each instance. Each target is read on its own: one that
 * stalls or fails takes nothing from the others. Of each it is told whether it answered and how long that took.
 */
import { open } from 'node:fs/promises'
import type { About, SeriesSink } from '@holdfast/core/health'
import type { EpochMs } from '@holdfast/core/units'
import { eachOf } from '../each-of.ts'
import {
  asSourceError,
  SourceError,
  type OpenedSource,
  type PrometheusReads,
  type SourceGiven,
} from '../source.ts'
import { tellingOf } from '../telling.ts'
import { scrape } from './scrape.ts'
import { createTextReader, type TextReader } from './text-reader.ts'

/** What the target is known by, from round to round. */
interface ScrapeTarget {
  readonly key: string
  readonly url: string
  readonly about: About
}

/** So many are asked at once. */
const AT_ONCE = 32
const MAX_TARGETS = 1_000

/** Lines known by their bytes: of the one address of a source, of each of many instances. */
const ONE = { maxKnown: 200_000, maxKnownBytes: 33_554_432 }
const EACH = { maxKnown: 25_000, maxKnownBytes: 4_194_304 }

const MAX_TOKEN_BYTES = 8_192

export function openPrometheus(reads: PrometheusReads, given: SourceGiven): OpenedSource {
  const { declared, sink } = given
  const readers = new Map<string, TextReader>()
  const failing = new Set<string>()
  const closed = new AbortController()

  const targets = async (): Promise<readonly ScrapeTarget[]> => {
    const all = await targetsOf(reads, given)
    const keys = new Set(all.map(({ key }) => key))
    for (const key of readers.keys()) if (!keys.has(key)) readers.delete(key)
    for (const key of failing) if (!keys.has(key)) failing.delete(key)
    // Whoever did not answer last time waits until the others were asked.
    return all.toSorted((a, b) => Number(failing.has(a.key)) - Number(failing.has(b.key)))
  }

  const readerOf = ({ key, about }: ScrapeTarget): TextReader => {
    const limits = reads.target.at === 'url' ? ONE : EACH
    const reader = readers.get(key) ?? createTextReader({ sink, about, ...limits })
    readers.set(key, reader)
    return reader
  }

  const read = async (
    target: ScrapeTarget,
    at: number,
    token: string | null,
    signal: AbortSignal,
  ): Promise<void> => {
    if (!URL.canParse(target.url)) throw new SourceError('failed', `"${target.url}" is no address.`)
    const reader = readerOf(target)
    await scrape({
      url: new URL(target.url),
      token,
      timeout: declared.timeout,
      signal,
      begin: (format) => reader.begin(at, format),
      write: (chunk) => reader.write(chunk),
    })
    reader.end()
  }

  return {
    async round(at, roundSignal) {
      const all = AbortSignal.any([roundSignal, closed.signal])
      const [token, asked] = await unlessAborted(Promise.all([tokenOf(reads), targets()]), all)
      const turns = Math.ceil(asked.length / AT_ONCE)
      const failed: SourceError[] = []
      await eachOf(asked, AT_ONCE, async (target) => {
        // Where not all can be asked at once, none takes the time of those that come after it.
        const signal = turns > 1 ? AbortSignal.any([all, AbortSignal.timeout(declared.timeout / turns)]) : all
        const before = performance.now()
        const error = await read(target, at, token, signal).then(() => null, asSourceError)
        if (error === null) failing.delete(target.key)
        else failing.add(target.key)
        if (error !== null) failed.push(error)
        tell(sink, target.about, { isUp: error === null, tookMs: performance.now() - before, at })
      })
      const [first, ...others] = failed
      if (first === undefined) return
      for (const { kind } of others) sink.fault(kind)
      if (failed.length < asked.length) sink.fault(first.kind)
      else throw others.length === 0 ? first : noneOf(failed.length, first)
    },
    [Symbol.asyncDispose]: async () => {
      closed.abort()
      readers.clear()
    },
  }
}

const noneOf = (count: number, { kind, message }: SourceError): SourceError =>
  new SourceError(kind, `None of ${count} targets answered. ${message}`)

function tell(
  sink: SeriesSink,
  about: About,
  { isUp, tookMs, at }: { readonly isUp: boolean; readonly tookMs: number; readonly at: EpochMs },
): void {
  const telling = tellingOf({ sink, about, at })
  telling.gauge('up', isUp ? 1 : 0, '1')
  telling.gauge('scrape.duration', tookMs, 'ms')
}

async function targetsOf(
  { target }: PrometheusReads,
  { declared, sink, instances }: SourceGiven,
): Promise<readonly ScrapeTarget[]> {
  if (target.at === 'url')
    return [{ key: target.url, url: target.url, about: { part: declared.part, instance: null } }]
  const targets: ScrapeTarget[] = []
  for (const { id, part, address } of await instances()) {
    if (address === null || (declared.part !== null && part !== declared.part)) continue
    const host = address.host.includes(':') ? `[${address.host}]` : address.host
    const path = target.path.startsWith('/') ? target.path : `/${target.path}`
    targets.push({
      key: id,
      url: `http://${host}:${address.port}${path}`,
      about: { part, instance: id },
    })
  }
  if (targets.length > MAX_TARGETS) sink.fault('too-large', targets.length - MAX_TARGETS)
  return targets.slice(0, MAX_TARGETS)
}

async function tokenOf({ tokenFile }: PrometheusReads): Promise<string | null> {
  if (tokenFile === null) return null
  try {
    await using file = await open(tokenFile)
    const bytes = new Uint8Array(MAX_TOKEN_BYTES)
    const { bytesRead } = await file.read(bytes, 0, MAX_TOKEN_BYTES, 0)
    const token = new TextDecoder().decode(bytes.subarray(0, bytesRead)).trim()
    if (/^[\u0021-\u007e]+$/.test(token)) return token
    throw new Error('it must hold one line of printable characters')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new SourceError('failed', `The token of ${tokenFile} cannot be read: ${why}.`)
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(new SourceError('timed-out', 'It was not known in time whom to ask.'))
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', stop))
}
