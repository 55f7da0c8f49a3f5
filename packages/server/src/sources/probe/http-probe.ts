/**
 * Asks over HTTP or HTTPS once, over a connection of its own, and follows no redirect. A certificate that is not
 * trusted is seen before anything is sent: who shows one gets neither headers nor a body.
 */
import { request, validateHeaderName, validateHeaderValue, type IncomingMessage } from 'node:http'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { SourceError, type ProbeReads } from '../source.ts'
import { isExpectedBody, isExpectedStatus, MAX_ANSWER_BYTES } from './expectation.ts'
import type { Finding } from './finding.ts'

export type HttpAsk = Omit<Extract<ProbeReads, { readonly kind: 'http' }>, 'target' | 'kind'>

const DAY_MS = 86_400_000

export async function probeHttp(
  url: string,
  ask: HttpAsk,
  signal: AbortSignal,
  now: number,
): Promise<Finding> {
  const began = performance.now()
  let certificateDays: number | null = null
  let socket: Socket | null = null
  try {
    const target = new URL(url)
    if (target.protocol === 'https:') {
      const secure = await connectSecurely(target, signal)
      socket = secure
      certificateDays = daysLeft(secure, now)
      if (!secure.authorized) return { up: false, tookMs: performance.now() - began, certificateDays }
    } else socket = await connected(connectTcp(portOf(target, 80), hostOf(target)), 'connect', signal)
    const up = await isAsExpected(target, ask, { socket, signal })
    return { up, tookMs: performance.now() - began, certificateDays }
  } catch {
    return { up: false, tookMs: performance.now() - began, certificateDays }
  } finally {
    socket?.destroy()
  }
}

/** What cannot be sent would look like a service that is down. */
export function checkHeaders(headers: HttpAsk['headers']): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name)
      validateHeaderValue(name, value)
    } catch {
      throw new SourceError(
        'failed',
        `The header "${name}" cannot be sent: leave out what no header may hold.`,
      )
    }
  }
}

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1')
const portOf = ({ port }: URL, usual: number): number => (port === '' ? usual : Number(port))

function connectSecurely(target: URL, signal: AbortSignal): Promise<TLSSocket> {
  const host = hostOf(target)
  const name = isIP(host) === 0 ? { servername: host } : {}
  // It is refused below, once its certificate was looked at.
  const socket = connectTls({ host, port: portOf(target, 443), rejectUnauthorized: false, ...name })
  return connected(socket, 'secureConnect', signal)
}

function connected<S extends Socket>(socket: S, event: string, signal: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    const abort = (): void => void socket.destroy(new Error('the time is up'))
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    socket.once(event, () => resolve(socket))
    socket.on('error', reject)
    socket.once('close', () => {
      signal.removeEventListener('abort', abort)
      reject(new Error('it was closed'))
    })
  })
}

function daysLeft(socket: TLSSocket, now: number): number | null {
  const until = Date.parse(socket.getPeerCertificate().valid_to)
  return Number.isNaN(until) ? null : (until - now) / DAY_MS
}

interface Over {
  readonly socket: Socket
  readonly signal: AbortSignal
}

async function isAsExpected(target: URL, ask: HttpAsk, over: Over): Promise<boolean> {
  const answer = await answerOf(target, ask, over)
  if (!isExpectedStatus(answer.statusCode ?? 0, ask.expect.status)) return false
  return isExpectedBody(await bodyOf(answer), ask.expect)
}

function answerOf(target: URL, ask: HttpAsk, { socket, signal }: Over): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = request({
      createConnection: () => socket,
      method: ask.method,
      path: `${target.pathname}${target.search}`,
      headers: headersOf(target, ask),
      setHost: false,
      signal,
    })
    asking.once('response', resolve)
    asking.on('error', reject)
    // One that speaks another protocol now is no answer to the question.
    asking.once('upgrade', () => reject(new Error('it was upgraded')))
    asking.end(ask.body ?? undefined)
  })
}

function headersOf(target: URL, ask: HttpAsk): Record<string, string | number> {
  const secret =
    target.username === ''
      ? null
      : `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`
  const headers: Record<string, string | number> = {
    host: target.host,
    'user-agent': 'holdfast-probe',
    connection: 'close',
    ...(secret === null ? {} : { authorization: `Basic ${Buffer.from(secret).toString('base64')}` }),
    ...(ask.body === null ? {} : { 'content-length': Buffer.byteLength(ask.body) }),
  }
  for (const [name, value] of Object.entries(ask.headers)) headers[name.toLowerCase()] = value
  return headers
}

/** As much of it as is looked at; the rest is not waited for. */
async function bodyOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let room = MAX_ANSWER_BYTES
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, room))
    room -= chunk.length
    if (room <= 0) break
  }
  return Buffer.concat(chunks).toString('utf8')
}
