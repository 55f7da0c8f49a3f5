/**
 * Asks one target for its metrics and hands its body on as it comes, unpacked. It follows no redirect, keeps nothing of
 * the body, and takes no more of it than the limits say. Whatever goes wrong is a SourceError.
 */
import type { DurationMs } from '@holdfast/core/units'
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { SourceError } from '../source.ts'
import type { TextFormat } from './text-reader.ts'

export interface Scrape {
  readonly url: URL
  readonly token: string | null
  /** Said to the target, so that it may give up as well. */
  readonly timeout: DurationMs
  readonly signal: AbortSignal
  readonly begin: (format: TextFormat) => void
  readonly write: (chunk: Uint8Array) => void
}

const MAX_PACKED_BYTES = 16_777_216
const MAX_BODY_BYTES = 67_108_864

const GUNZIP_CHUNK_BYTES = 65_536

const ACCEPTED = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'

export async function scrape(of: Scrape): Promise<void> {
  const { url, signal } = of
  try {
    const response = await respond(of)
    try {
      of.begin(formatOf(url, response))
      await read(response, of)
    } finally {
      response.destroy()
    }
  } catch (error) {
    throw asSourceError(error, url, signal)
  }
}

/** Without name and password, which are nobody's business. */
const shown = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`

function respond({ url, token, timeout, signal }: Scrape): Promise<IncomingMessage> {
  const request = { 'http:': requestHttp, 'https:': requestHttps }[url.protocol]
  if (request === undefined)
    throw new SourceError('failed', `${shown(url)} is no address to scrape: write one with http or https.`)
  const options: RequestOptions = {
    signal,
    // Minutes may go by until the next time: a connection is not kept for it.
    agent: false,
    headers: {
      accept: ACCEPTED,
      'accept-encoding': 'gzip',
      'user-agent': 'holdfast',
      'x-prometheus-scrape-timeout-seconds': String(timeout / 1_000),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
  }
  return new Promise((resolve, reject) => {
    request(url, options, resolve).once('error', reject).end()
  })
}

function formatOf(url: URL, { statusCode = 0, headers }: IncomingMessage): TextFormat {
  if (statusCode >= 300 && statusCode < 400)
    throw new SourceError(
      'failed',
      `${shown(url)} leads elsewhere with ${statusCode}, which is not followed: write the address itself.`,
    )
  if (statusCode !== 200)
    throw new SourceError('failed', `${shown(url)} answered with ${statusCode} in the place of metrics.`)
  const type = headers['content-type'] ?? ''
  if (type.startsWith('text/html'))
    throw new SourceError('failed', `${shown(url)} answered with a web page: is the path right?`)
  return type.startsWith('application/openmetrics-text') ? 'openmetrics' : 'prometheus'
}

type Chunks = AsyncIterable<Uint8Array>

async function read(response: IncomingMessage, { url, signal, write }: Scrape): Promise<void> {
  const encoding = response.headers['content-encoding'] ?? 'identity'
  const take = async (body: Chunks): Promise<void> => {
    for await (const chunk of within(body, MAX_BODY_BYTES, url)) write(chunk)
  }
  if (encoding === 'identity') return pipeline(response, take, { signal })
  if (encoding !== 'gzip')
    throw new SourceError(
      'failed',
      `${shown(url)} packs its answer with ${encoding}, which was not asked for.`,
    )
  const packed = (body: Chunks): Chunks => within(body, MAX_PACKED_BYTES, url)
  return pipeline(response, packed, createGunzip({ chunkSize: GUNZIP_CHUNK_BYTES }), take, { signal })
}

async function* within(body: Chunks, most: number, url: URL): AsyncGenerator<Uint8Array> {
  let taken = 0
  for await (const chunk of body) {
    taken += chunk.length
    if (taken > most)
      throw new SourceError(
        'too-large',
        `${shown(url)} answers with more than ${most / 1_048_576} MiB; what came before was read.`,
      )
    yield chunk
  }
}

function asSourceError(error: unknown, url: URL, signal: AbortSignal): SourceError {
  if (error instanceof SourceError) return error
  if (signal.aborted) return new SourceError('timed-out', `${shown(url)} did not answer in time.`)
  const { code = '', message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) }
  if (code.startsWith('Z_'))
    return new SourceError('malformed', `${shown(url)} says that its answer is packed with gzip; it is not.`)
  if (code.startsWith('HPE_'))
    return new SourceError('malformed', `${shown(url)} does not answer as HTTP does: ${message}.`)
  return new SourceError('unreachable', `${shown(url)} could not be read: ${code === '' ? message : code}.`)
}
