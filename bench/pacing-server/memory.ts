/** How much memory clients take, in a process of their own: fills an engine with so many, each with two updates. Prints bytes. */
import { WatchEngine, type Watch } from '@holdfast/core/pacing'
import { branded, type WatchName } from '@holdfast/core/units'

const [given = '1000000'] = process.argv.slice(2)
const clients = Number(given)

const watch: Watch = {
  name: branded<WatchName>('players'),
  parameters: [
    { name: 'rtt', type: 'number' },
    { name: 'connection', type: 'text' },
  ],
  significant: { kind: 'absolute', parameter: 'rtt', least: 20 },
  wanted: { kind: 'stale', share: 0.1 },
  budgetPerSecond: null,
  limits: { leastMs: 1_000, mostMs: 3_600_000 },
  firstGuessMs: 300_000,
  jitter: 0.1,
  classes: [],
  features: [],
  early: [],
  earlyIsAll: false,
  keptBy: 'server',
  mostClients: 50_000_000,
  forgetAfterMs: 604_800_000,
}

const START = Date.UTC(2026, 0, 1)
const engine = new WatchEngine(watch, { now: START, seed: 1 })
let state = 1
const chance = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return state / 2 ** 32
}
// Warm, so that code and what is learned of all clients is not counted.
for (let i = 0; i < 20_000; i += 1) engine.update(`warm-${i}`, reportOf(i), START + i, chance())
await collected()
const before = process.memoryUsage()
const began = process.cpuUsage()
for (let round = 0; round < 2; round += 1)
  for (let i = 0; i < clients; i += 1)
    engine.update(
      `client-${i}`,
      reportOf(i + round),
      START + round * 120_000 + Math.floor(i / 1_000),
      chance(),
    )
const used = process.cpuUsage(began)
await collected()
const after = process.memoryUsage()
const bytesOf = ({ heapUsed, arrayBuffers }: NodeJS.MemoryUsage): number => heapUsed + arrayBuffers
process.stdout.write(
  `${JSON.stringify({
    bytes: bytesOf(after) - bytesOf(before),
    residentBytes: after.rss - before.rss,
    clients: engine.table.size,
    microsEach: (used.user + used.system) / (2 * clients),
  })}\n`,
)

/** Buffers are given back only some time after nobody holds them. */
async function collected(): Promise<void> {
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function reportOf(i: number): { readonly parameters: { readonly rtt: number; readonly connection: string } } {
  return { parameters: { rtt: 40 + (i % 5 === 0 ? 30 : 0), connection: 'wifi' } }
}
