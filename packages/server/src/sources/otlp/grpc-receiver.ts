/**
 * OTLP over gRPC, as much of it as unary calls take: a message with its length in a stream of HTTP/2 without TLS, and a
 * status behind the answer.
 */
import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import { CODES, refusal, responseBytes, type Answer } from './answers.ts'
import { readBody } from './body.ts'
import { createConnectionRoom } from './connection-room.ts'
import { CONNECTIONS, PACKED_BYTES, RECEIVE_MS } from './limits.ts'
import type { Receive } from './receive.ts'
import type { Message } from './take.ts'

const SERVICES = '/opentelemetry.proto.collector'
const SIGNALS: ReadonlyMap<string, Message['signal']> = new Map([
  [`${SERVICES}.metrics.v1.MetricsService/Export`, 'metrics'],
  [`${SERVICES}.trace.v1.TraceService/Export`, 'traces'],
])

/** Whether it is packed, and how long it is. */
const PREFIX_BYTES = 5

const STREAMS_OF_A_CONNECTION = 32
const HEADER_BYTES = 16_384
/** A connection on which nothing is said for so long is closed. */
const IDLE_MS = 300_000

export function createGrpcReceiver(receive: Receive): Http2Server {
  const server = createServer({
    settings: {
      maxConcurrentStreams: STREAMS_OF_A_CONNECTION,
      maxHeaderListSize: HEADER_BYTES,
      enablePush: false,
    },
    maxSessionMemory: 8,
    unknownProtocolTimeout: RECEIVE_MS,
  })
  const room = createConnectionRoom<ServerHttp2Session>(CONNECTIONS)
  server.on('session', (session) => {
    session.once('close', () => room.left(session))
    session.on('error', () => session.destroy())
    session.setTimeout(IDLE_MS, () => session.close())
    room.enter(session)
  })
  server.on('sessionError', () => {})
  server.on('stream', (stream, headers) => {
    // Whoever goes away in the middle is told nothing.
    stream.on('error', () => stream.destroy())
    const { session } = stream
    if (session !== undefined && 'settings' in session) {
      room.busy(session as ServerHttp2Session)
      stream.once('close', () => room.idle(session as ServerHttp2Session))
    }
    void answerTo(stream, headers, receive).then((answer) => send(stream, answer))
  })
  return server
}

async function answerTo(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  receive: Receive,
): Promise<Answer> {
  const signal = SIGNALS.get(headers[':path'] ?? '')
  if (signal === undefined || headers[':method'] !== 'POST')
    return refusal('unknown-path', 'Only metrics and traces are taken in, by Export.')
  if (!/^application\/grpc(?:\+proto)?(?:;|$)/.test(headers['content-type'] ?? ''))
    return refusal('unknown-type', 'The content type must be application/grpc.')
  const encoding = headers['grpc-encoding'] ?? 'identity'
  if (encoding !== 'identity' && encoding !== 'gzip')
    return refusal('unknown-encoding', 'The grpc-encoding must be gzip or identity.')
  const address = stream.session?.socket.remoteAddress ?? ''
  return receive({ authorization: headers.authorization, address }, async () => {
    const body = await readBody(stream, 0, PACKED_BYTES + PREFIX_BYTES)
    if (!(body instanceof Uint8Array)) return body
    return messageOf(body, signal, encoding === 'gzip')
  })
}

function messageOf(body: Uint8Array, signal: Message['signal'], mayBePacked: boolean): Message | Answer {
  const length = body.length < PREFIX_BYTES ? -1 : new DataView(body.buffer, body.byteOffset).getUint32(1)
  if (length !== body.length - PREFIX_BYTES)
    return refusal('malformed', 'The call must hold one message with its length.')
  const isPacked = body[0] === 1
  if (isPacked && !mayBePacked)
    return refusal('malformed', 'The message is packed, and grpc-encoding does not say how.')
  return { signal, format: 'protobuf', isPacked, body: body.subarray(PREFIX_BYTES) }
}

function send(stream: ServerHttp2Stream, answer: Answer): void {
  if (stream.destroyed || stream.closed) return
  const headers = {
    ':status': 200,
    'content-type': 'application/grpc',
    'grpc-accept-encoding': 'identity,gzip',
  }
  if (answer.kind === 'refused') {
    stream.respond({ ...headers, ...statusOf(answer) }, { endStream: true })
    // What still comes is not read.
    if (!stream.readableEnded) stream.close()
    return
  }
  stream.respond(headers, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
  const bytes = responseBytes(answer)
  const framed = Buffer.alloc(PREFIX_BYTES + bytes.length)
  framed.writeUInt32BE(bytes.length, 1)
  framed.set(bytes, PREFIX_BYTES)
  stream.end(framed)
}

const statusOf = ({ why, says }: Extract<Answer, { kind: 'refused' }>): OutgoingHttpHeaders => ({
  'grpc-status': String(CODES[why].grpc),
  'grpc-message': percentEncoded(says),
})

/** As gRPC writes messages: printable ASCII as it is, everything else by its bytes. */
const percentEncoded = (text: string): string =>
  Array.from(Buffer.from(text), (byte) =>
    byte >= 0x20 && byte <= 0x7e && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('')
