/**
 * Clients that report as fast as they are answered: over each of some connections one request after the other, each of the
 * next clients in turn. A fifth of the updates says something new. Arguments: port, key, seconds, connections, clients, updates
 * in a request, and whether tokens are given back. Prints how many updates were answered, and how many answers were none.
 */
import { connect, type Socket } from 'node:net'

const [port, key, seconds, connections, clients, batch, carry] = process.argv.slice(2)
const COUNT = Number(clients)
const BATCH = Number(batch)
const tokens: (string | undefined)[] = carry === 'carry' ? Array.from({ length: COUNT }) : []

let next = 0
let state = 1
let answered = 0
let failed = 0
let isOver = false

/** Cheap and the same each time. */
function chance(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return state / 2 ** 32
}

const rtts = new Uint8Array(COUNT).fill(40)

function update(client: number): string {
  if (chance() < 0.2) rtts[client] = rtts[client] === 40 ? 80 : 40
  const token = tokens[client]
  const carried = token === undefined ? '' : `,"token":"${token}"`
  return `{"client":"player-${client}","parameters":{"rtt":${rtts[client]},"connection":"wifi"}${carried}}`
}

function request(): { readonly text: string; readonly first: number } {
  const first = next
  next = (next + BATCH) % COUNT
  const updates = Array.from({ length: BATCH }, (_, i) => update((first + i) % COUNT))
  const body = BATCH === 1 ? (updates[0] ?? '') : `{"updates":[${updates.join(',')}]}`
  const text =
    `POST /v1/watches/players/updates HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${key}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  return { text, first }
}

function ask(socket: Socket): void {
  if (isOver) return void socket.end()
  let received = ''
  const { text, first } = request()
  socket.removeAllListeners('data')
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1')
    const head = received.indexOf('\r\n\r\n')
    if (head < 0) return
    const [, length = '0'] = /content-length: (\d+)/i.exec(received) ?? []
    if (received.length < head + 4 + Number(length)) return
    if (received.startsWith('HTTP/1.1 200')) answered += BATCH
    else failed += BATCH
    if (tokens.length > 0) keepTokens(first, received)
    ask(socket)
  })
  socket.write(text)
}

function keepTokens(first: number, received: string): void {
  let at = 0
  for (let client = first; ; client += 1) {
    at = received.indexOf('"token":"', at)
    if (at < 0) return
    at += 9
    tokens[client % COUNT] = received.slice(at, received.indexOf('"', at))
  }
}

const sockets = await Promise.all(
  Array.from({ length: Number(connections) }, () => {
    const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true })
    return new Promise<Socket>((resolve, reject) => {
      socket.once('connect', () => resolve(socket))
      socket.once('error', reject)
    })
  }),
)
const began = performance.now()
for (const socket of sockets) ask(socket)
setTimeout(
  () => {
    isOver = true
    process.stdout.write(
      `${JSON.stringify({ answered, failed, seconds: (performance.now() - began) / 1_000 })}\n`,
    )
    process.exit()
  },
  Number(seconds) * 1_000,
)
