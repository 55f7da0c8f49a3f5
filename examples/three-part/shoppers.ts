/**
 * The load of the example shop: clients that arrive by chance (Poisson) at a rate that rises and falls
 * between LOW_PER_SECOND and HIGH_PER_SECOND once every PERIOD_SECONDS, with a quiet time before. They come
 * whether or not those before them have been answered, as people do. Every ten seconds a line says how they
 * fared. A line such as `shoppers 3` in the file `factors` makes them so many times as many.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { factorOf } from './factor.ts'

const target = process.env['TARGET'] ?? 'http://127.0.0.1:8080'
const low = setting('LOW_PER_SECOND', 2)
const high = Math.max(low, setting('HIGH_PER_SECOND', 9))
const periodMs = setting('PERIOD_SECONDS', 300) * 1_000

/** Bounds what a target that never answers can cost this program. */
const MAX_IN_FLIGHT = 200
const ANSWER_WITHIN_MS = 10_000
const REPORT_EVERY_MS = 10_000

const CLIENTS = 40
/** Every fifth client is one of the better customers. */
const GOLD_EVERY = 5
const PRODUCTS = 50

interface Fares {
  sent: number
  failed: number
  /** Not sent, as too many were still waiting. */
  heldBack: number
  readonly tookMs: number[]
}

const nothingYet = (): Fares => ({ sent: 0, failed: 0, heldBack: 0, tookMs: [] })

const started = performance.now()
const ending = new AbortController()
let fares = nothingYet()
let inFlight = 0

/** Each period begins with a fifth of quiet, in which it can be seen what a low load is given. */
const QUIET_SHARE = 0.2

function ratePerSecond(nowMs: number): number {
  const share = ((nowMs - started) / periodMs) % 1
  const turn = (Math.max(0, share - QUIET_SHARE) / (1 - QUIET_SHARE)) * 2 * Math.PI
  return low + ((high - low) * (1 - Math.cos(turn))) / 2
}

/** Arrivals at the highest rate, of which as many are let through as the present rate is of the highest. */
async function arrive(): Promise<void> {
  let nextMs = started
  while (!ending.signal.aborted) {
    nextMs += (-Math.log(1 - Math.random()) / (high * factorOf('shoppers'))) * 1_000
    await pause(nextMs - performance.now())
    if (ending.signal.aborted || Math.random() * high > ratePerSecond(nextMs)) continue
    if (inFlight < MAX_IN_FLIGHT) void shop()
    else fares.heldBack += 1
  }
}

async function shop(): Promise<void> {
  const begun = performance.now()
  inFlight += 1
  fares.sent += 1
  try {
    const { method, path } = pickOperation()
    const client = pick(CLIENTS)
    const response = await fetch(new URL(path, target), {
      method,
      headers: {
        'x-holdfast-client': `shopper-${client}`,
        'x-holdfast-class': client % GOLD_EVERY === 0 ? 'gold' : 'standard',
      },
      signal: AbortSignal.any([ending.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    })
    await response.arrayBuffer()
    if (response.ok) fares.tookMs.push(performance.now() - begun)
    else fares.failed += 1
  } catch {
    // The shop may be away, late or starting: that is what the report tells.
    fares.failed += 1
  } finally {
    inFlight -= 1
  }
}

function pickOperation(): { readonly method: string; readonly path: string } {
  const chance = Math.random()
  if (chance < 0.4) return { method: 'GET', path: '/' }
  if (chance < 0.9) return { method: 'GET', path: `/product/${pick(PRODUCTS)}` }
  return { method: 'POST', path: '/order' }
}

async function report(): Promise<void> {
  while (!ending.signal.aborted) {
    await pause(REPORT_EVERY_MS)
    if (ending.signal.aborted) return
    const { sent, failed, heldBack, tookMs } = fares
    fares = nothingYet()
    const sorted = tookMs.sort((a, b) => a - b)
    const mean = sorted.reduce((sum, ms) => sum + ms, 0) / Math.max(1, sorted.length)
    const p90 = sorted[Math.floor(sorted.length * 0.9)] ?? 0
    const now = ratePerSecond(performance.now()) * factorOf('shoppers')
    process.stdout.write(
      `${now.toFixed(1)}/s now; in the last 10 s: ${sent} sent, ${sorted.length} answered, ${failed} failed, ` +
        `${heldBack} held back; mean ${mean.toFixed(0)} ms, 90 % within ${p90.toFixed(0)} ms\n`,
    )
  }
}

async function pause(ms: number): Promise<void> {
  await sleep(Math.max(0, ms), undefined, { signal: ending.signal }).catch(() => {})
}

const pick = (count: number): number => Math.floor(Math.random() * count)

function setting(name: string, fallback: number): number {
  const value = Number(process.env[name] ?? fallback)
  if (value > 0) return value
  process.stderr.write(`${name} must be a number above 0\n`)
  return process.exit(2)
}

for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => ending.abort())
await Promise.all([arrive(), report()])
