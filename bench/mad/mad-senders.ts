/**
 * Senders gone mad, as a process of their own: each sends as fast as it is answered. They are told of nothing that they
 * do wrong but by the answers, which they do not heed.
 */
import { open } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { announce } from '../child.ts'
import { batches, otlpMessages, surveys, writeRequests } from './mad-messages.ts'

const [api = '', otlp = '', key = '', log = ''] = process.argv.slice(2)
const authorization = `Bearer ${key}`

const CONNECTIONS = 1_000
const AT_ONCE = 4

async function post(url: string, type: string, body: Uint8Array | string, more: object = {}): Promise<void> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': type, ...more },
      body: body as string,
    })
    await answer.arrayBuffer()
  } catch {
    await sleep(50)
  }
}

async function sendAll<T>(messages: Generator<T>, send: (message: T) => Promise<void>): Promise<void> {
  for (const message of messages) await send(message)
}

const json = 'application/json'
const protobuf = 'application/x-protobuf'
const snappy = { 'content-encoding': 'snappy', 'x-prometheus-remote-write-version': '0.1.0' }

function senders(): readonly Promise<void>[] {
  const service = `${api}/v1/services/shop`
  return [
    sendAll(writeRequests(), (body) => post(`${api}/v1/sources/prometheus/write`, protobuf, body, snappy)),
    sendAll(batches(), (body) => post(`${service}/operations`, json, body)),
    sendAll(surveys(), (body) => post(`${service}/survey`, json, body)),
    ...Array.from({ length: AT_ONCE }, () =>
      sendAll(otlpMessages(), (body) => post(`${otlp}/v1/metrics`, protobuf, body)),
    ),
  ]
}

/** They are opened and left alone; whoever is refused tries again. */
function connections(): void {
  const port = Number(new URL(otlp).port)
  for (let i = 0; i < CONNECTIONS; i++) {
    const begin = (): void => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => socket.destroy())
      socket.on('close', () => void setTimeout(begin, 500))
    }
    begin()
  }
}

const MIB = 1_048_576
const LONG_LINE = 100
const LINES_A_SECOND = 100_000
const MOST_BYTES = 1_500 * MIB

/** A line of 100 MB, lines of the year 2100 and of 1970, and a hundred thousand lines a second. */
async function writeLog(): Promise<void> {
  await using file = await open(log, 'a')
  const long = Buffer.alloc(MIB, 'x')
  for (let i = 0; i < LONG_LINE; i++) await file.write(long)
  const line = (year: number, path: string): string =>
    `10.0.0.1 - - [01/Jan/${year}:00:00:00 +0000] "GET /${path} HTTP/1.1" 200 5 "-" "-" 0.010\n`
  let written = LONG_LINE * MIB
  for (let second = 0; written < MOST_BYTES; second++) {
    const began = performance.now()
    let some = '\n'
    for (let i = 0; i < LINES_A_SECOND; i++) some += line(i % 10 === 0 ? 2100 : 1970, `${second}-${i}`)
    await file.write(some)
    written += some.length
    await sleep(Math.max(0, 1_000 - (performance.now() - began)))
  }
}

connections()
void Promise.all([...senders(), writeLog()])
announce(0)
