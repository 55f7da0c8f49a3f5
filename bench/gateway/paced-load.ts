/**
 * Sends requests at a steady rate over a set number of kept connections, whatever the answers do, and prints
 * how long they took in milliseconds. The finer resolution is why this is not autocannon, which rounds to 1 ms.
 *
 *     node paced-load.ts PORT CONNECTIONS PER_SECOND SECONDS
 */
import { Agent, get } from 'node:http'

const [port = 0, connections = 1, perSecond = 1, seconds = 1] = process.argv.slice(2).map(Number)

/** Until connections stand and the compilers have seen the code. */
const WARM_UP_SHARE = 0.2

const agent = new Agent({ keepAlive: true, maxSockets: connections })
const tookMs: number[] = []
const total = Math.round(perSecond * seconds)
const warmUp = total * WARM_UP_SHARE
const startedMs = performance.now()
let sent = 0
let answered = 0
let failed = 0

function ask(counts: boolean): void {
  const fromMs = performance.now()
  const request = get({ agent, host: '127.0.0.1', port, path: '/items/17' }, (answer) => {
    answer.resume().on('end', () => {
      if (answer.statusCode !== 200) failed += 1
      else if (counts) tookMs.push(performance.now() - fromMs)
      settled()
    })
  })
  request.on('error', () => {
    failed += 1
    settled()
  })
}

function settled(): void {
  answered += 1
  if (answered === total) finish()
}

function finish(): void {
  clearInterval(pacing)
  agent.destroy()
  const sorted = tookMs.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? NaN
  process.stdout.write(`${JSON.stringify({ p50: at(0.5), p99: at(0.99), failed })}\n`)
}

const pacing = setInterval(() => {
  const due = Math.min(total, Math.floor(((performance.now() - startedMs) / 1_000) * perSecond))
  for (; sent < due; sent += 1) ask(sent >= warmUp)
}, 1)
