/**
 * Clients of a watch in a process of their own: each reports when it was told to, and while nobody answers later and later.
 * A tenth of them changes five times as often as the others. Arguments: port, key, how many, when the second half comes in
 * seconds, once in how many milliseconds most change. Prints for each second what came, and ends when it is told to.
 */
import { Agent, request } from 'node:http'

const [port, key, count, secondHalfAt, dwellMs] = process.argv.slice(2)
const COUNT = Number(count)
const JOIN_WITHIN_MS = 5_000
const FIRST_BACK_OFF_MS = 2_000
const MOST_BACK_OFF_MS = 30_000
const MOST_DOUBLINGS = 10
const RTTS = [40, 80]

/** Seeded, so that each run has the same clients. */
let state = 7
function chance(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return (state + 1) / (2 ** 32 + 1)
}
function exponential(mean: number): number {
  return -Math.log(chance()) * mean
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 })
const began = Date.now()
const dwells = Array.from({ length: COUNT }, (_, i) => (i % 10 === 0 ? Number(dwellMs) / 5 : Number(dwellMs)))
const changesAt = dwells.map((dwell) => began + exponential(dwell))
const states = new Uint8Array(COUNT)
const failures = new Uint8Array(COUNT)

const wheel = new Map<number, number[]>()
function due(client: number, at: number): void {
  const slot = Math.floor(at / 100)
  const clients = wheel.get(slot)
  if (clients === undefined) wheel.set(slot, [client])
  else clients.push(client)
}

for (let client = 0; client < COUNT; client += 1) {
  const joins = client < COUNT / 2 ? 0 : Number(secondHalfAt) * 1_000
  due(client, began + joins + chance() * JOIN_WITHIN_MS)
}

const seconds = new Map<number, { answered: number; failed: number; first: number }>()
const isKnown = new Uint8Array(COUNT)

function note(client: number, how: 'answered' | 'failed'): void {
  const second = Math.floor((Date.now() - began) / 1_000)
  const row = seconds.get(second) ?? { answered: 0, failed: 0, first: 0 }
  row[how] += 1
  if (how === 'answered' && isKnown[client] === 0) {
    row.first += 1
    isKnown[client] = 1
  }
  seconds.set(second, row)
}

function report(client: number): void {
  const now = Date.now()
  while ((changesAt[client] ?? Infinity) <= now) {
    states[client] = 1 - (states[client] ?? 0)
    changesAt[client] = (changesAt[client] ?? 0) + exponential(dwells[client] ?? 1)
  }
  const rtt = RTTS[states[client] ?? 0]
  const body = `{"client":"player-${client}","parameters":{"rtt":${rtt},"connection":"wifi"}}`
  const asked = request(
    {
      host: '127.0.0.1',
      port: Number(port),
      path: '/v1/watches/players/updates',
      method: 'POST',
      agent,
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'content-length': body.length,
      },
    },
    (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk))
      response.on('end', () => {
        if (response.statusCode !== 200) return fail(client)
        failures[client] = 0
        note(client, 'answered')
        due(client, Date.now() + (JSON.parse(text) as { nextMs: number }).nextMs)
      })
      response.on('error', () => fail(client))
    },
  )
  asked.on('error', () => fail(client))
  asked.end(body)
}

function fail(client: number): void {
  note(client, 'failed')
  const times = Math.min(MOST_DOUBLINGS, (failures[client] ?? 0) + 1)
  failures[client] = times
  due(client, Date.now() + 500 + chance() * Math.min(MOST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** times))
}

let slot = Math.floor(began / 100)
setInterval(() => {
  for (const until = Math.floor(Date.now() / 100); slot < until; slot += 1) {
    for (const client of wheel.get(slot) ?? []) report(client)
    wheel.delete(slot)
  }
}, 50)

process.on('disconnect', () => process.exit())
process.on('message', () => {
  process.send?.({ began, seconds: [...seconds].sort(([a], [b]) => a - b) })
})
process.send?.({ port: 0 })
