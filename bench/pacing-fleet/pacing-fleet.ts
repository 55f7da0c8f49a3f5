/**
 * A real fleet under a budget, for minutes: `holdfast` in one process, its clients in another. Half of them come at once, the
 * other half in the middle; near the end the server is killed without a warning and started again. What came is compared
 * with the budget, with what was expected of each minute, and with a herd.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { atMost, rounded, type Bench, type BenchOptions, type Claim } from '../bench.ts'
import type { PacingMinuteView, PacingStatsView } from '../../packages/server/src/http/api.ts'
import { freePort } from '../../packages/server/test/free-port.ts'
import type { Wanted } from '../pacing-server/manifests.ts'

interface Run {
  readonly clients: number
  readonly perSecond: number
  /** Once in so many seconds most of them change, the others five times as often. */
  readonly dwell: number
  /** What is wanted besides the budget; a fleet has no time to find its price in half a minute. */
  readonly stale: string
  readonly doublesAt: number
  readonly killedAt: number
  readonly endsAt: number
  /** So long after everybody came it is not judged yet. */
  readonly settles: number
  /** So long after the server is back those come that had failed; when is theirs to say. */
  readonly retries: number
}

const FULL: Run = {
  clients: 40_000,
  perSecond: 200,
  dwell: 300,
  stale: '',
  doublesAt: 300,
  killedAt: 600,
  endsAt: 720,
  settles: 150,
  retries: 15,
}
const QUICK: Run = {
  clients: 1_000,
  perSecond: 60,
  dwell: 30,
  stale: '10 %',
  doublesAt: 14,
  killedAt: 26,
  endsAt: 36,
  settles: 7,
  retries: 4,
}
/** Between its end and its start the server is away for so long. */
const AWAY_MS = 3_000

export const pacingFleet: Bench = {
  name: 'pacing-fleet',
  says: 'thousands of clients in a second process under a budget: doubled, and the server killed in between',
  run: runFleet,
}

interface Second {
  readonly answered: number
  readonly failed: number
  readonly first: number
}

async function runFleet({ quick, say, note }: BenchOptions): Promise<readonly Claim[]> {
  const run = quick ? QUICK : FULL
  const directory = mkdtempSync(join(tmpdir(), 'hf-fleet-'))
  const port = await freePort()
  const wanted: Wanted = {
    kept: 'server',
    clients: 100_000,
    budget: `${run.perSecond}/s`,
    stale: run.stale,
    longest: '1h',
    first: `${run.dwell}s`,
  }
  const start = (): Promise<ChildProcess> =>
    started('../pacing-server/holdfast.ts', [directory, String(port), JSON.stringify(wanted)])
  let server = await start()
  try {
    const key = readFileSync(join(directory, 'operator.key'), 'utf8').trim()
    const statsOf = async (): Promise<PacingStatsView> => {
      const url = `http://127.0.0.1:${port}/v1/watches/players/stats?for=1h`
      return (await (
        await fetch(url, { headers: { authorization: `Bearer ${key}` } })
      ).json()) as PacingStatsView
    }
    const fleet = await started(
      './fleet.ts',
      [port, key, run.clients, run.doublesAt, run.dwell * 1_000].map(String),
    )
    const began = Date.now()
    const until = async (second: number): Promise<void> => {
      say(`until second ${second} of ${run.endsAt}`)
      await sleep(Math.max(0, began + second * 1_000 - Date.now()))
    }
    await until(run.killedAt)
    const before = await statsOf()
    server.kill('SIGKILL')
    await once(server, 'exit')
    await sleep(AWAY_MS)
    server = await start()
    const backAt = (Date.now() - began) / 1_000
    await until(run.endsAt)
    const after = await statsOf()
    const seconds = await askedOf(fleet)
    fleet.kill('SIGKILL')
    note(
      `${run.clients} clients, the second half from second ${run.doublesAt} on, killed in second ${run.killedAt}.`,
    )
    note(
      `Wrong: ${percent(before.stale?.realised)} of the time, ${percent(before.stale?.promised)} promised.`,
    )
    if (before.fixed !== null)
      note(`As wrong at one interval for all: ${rounded(1 / before.fixed.ratio)} times as many updates.`)
    return claimsOf(run, { seconds, before, after, backAt })
  } finally {
    server.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  }
}

interface Seen {
  readonly seconds: ReadonlyMap<number, Second>
  readonly before: PacingStatsView
  readonly after: PacingStatsView
  readonly backAt: number
}

function claimsOf(run: Run, { seconds, before, after, backAt }: Seen): readonly Claim[] {
  const rates = (from: number, to: number): readonly number[] =>
    Array.from({ length: to - from }, (_, i) => seconds.get(from + i)?.answered ?? 0)
  const steady = [...rates(run.settles, run.doublesAt), ...rates(run.doublesAt + run.settles, run.killedAt)]
  const back = Math.ceil(backAt)
  const retried = back + run.retries
  const afterwards = rates(retried, run.endsAt)
  const minutes = before.minutes.filter(({ forecast }) => forecast !== null)
  const known = after.updates - after.newcomers
  return [
    {
      claim: 'updates against the budget, while the fleet stays as it is',
      unit: '% off',
      ours: rounded(100 * Math.abs(meanOf(steady) / run.perSecond - 1)),
      peers: {},
      bound: null,
      ...atMost(1, 100 * Math.abs(meanOf(steady) / run.perSecond - 1)),
    },
    {
      claim: 'fullest second once those that had failed have come, after the server was killed',
      unit: '× budget',
      ours: rounded(Math.max(...afterwards) / run.perSecond),
      peers: {},
      bound: null,
      ...atMost(1.5, Math.max(...afterwards) / run.perSecond),
    },
    {
      claim: 'clients that came back and were not known any more',
      unit: '%',
      ours: rounded((100 * after.newcomers) / Math.max(1, after.updates)),
      peers: {},
      bound: null,
      ...atMost(2, (100 * after.newcomers) / Math.max(1, known)),
    },
    forecastClaim('forecast of the next minute, while the fleet stays as it is', minutes, run, 'steady', 2),
    forecastClaim('forecast of the next minute, while the fleet doubles', minutes, run, 'doubling', 10),
  ]
}

/** What came unasked, as everybody does the first time, nobody can expect. */
function forecastClaim(
  claim: string,
  minutes: readonly PacingMinuteView[],
  { doublesAt, settles }: Run,
  when: 'steady' | 'doubling',
  goal: number,
): Claim {
  const [first] = minutes
  const beganAt = first === undefined ? 0 : Date.parse(first.at)
  const errors = minutes.slice(1, -1).flatMap(({ at, updates, newcomers, forecast }) => {
    const second = (Date.parse(at) - beganAt) / 1_000
    const isDoubling = second > doublesAt - 60 && second < doublesAt + settles
    const asked = updates - newcomers
    if (isDoubling !== (when === 'doubling') || (second < settles && !isDoubling) || asked === 0) return []
    return [Math.abs((forecast ?? 0) / asked - 1)]
  })
  const off = errors.length === 0 ? 0 : 100 * meanOf(errors)
  return { claim, unit: '% off', ours: rounded(off), peers: {}, bound: null, ...atMost(goal, off) }
}

async function started(script: string, own: readonly string[]): Promise<ChildProcess> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, [path, ...own], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${script} ended with ${String(code)}`))),
  ])
  return child
}

async function askedOf(fleet: ChildProcess): Promise<ReadonlyMap<number, Second>> {
  const answer = once(fleet, 'message')
  fleet.send('seconds')
  const [{ seconds }] = (await answer) as [{ seconds: readonly (readonly [number, Second])[] }]
  return new Map(seconds)
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

const percent = (share: number | undefined): string => `${rounded(100 * (share ?? 0))} %`
