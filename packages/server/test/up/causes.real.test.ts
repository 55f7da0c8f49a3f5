// Whose fault it is, on the example's own shop. Goal: slow code, killed processes and more load than agreed are
// each named within three ticks of the level being not kept, and only the platform's faults are met with
// instances. Method: real processes under the example's own load, trouble as its README makes it; ticks are
// counted in the history that the API tells.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findBrowser, launch } from '../../../dashboard/test/browser.ts'
import type {
  HistoryPoint,
  HistoryView,
  InstanceView,
  Page,
  ServiceDetail,
  WhyView,
} from '../../src/http/api.ts'
import { writeExampleShop } from './example-shop.ts'
import { freePorts, startUp, until, type RunningUp } from './running-server.ts'

/** Well below the ten a second that are agreed; five times it is three times those. */
const PER_SECOND = 6
const WITHIN_TICKS = 3
/** Calm before the trouble: the level kept so many ticks in a row, after so many operations. */
const CALM_TICKS = 5
const CALM_OPERATIONS = 120
/** Enough to start instances for what they cannot help. */
const MORE_TICKS = 6
/** It takes a busy machine some time until what was missed at the start weighs little. */
const CALM_WITHIN_MS = 90_000
const TIMEOUT_MS = 180_000

const notOnLinux = process.platform === 'linux' ? '' : ' (skipped: processes are found in /proc)'

const browser = await findBrowser()
const page = browser.kind === 'none' ? ` (the page skipped: ${browser.why})` : ', also on the page'

let directory: string
let server: RunningUp

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-causes-'))
  const ports = await freePorts()
  writeExampleShop(directory, ports, PER_SECOND)
  const manifests = ['service.yaml', 'agreement.yaml', 'shoppers.yaml'].flatMap((name) => ['-f', name])
  server = await startUp(directory, ports, manifests)
})

afterEach(async () => {
  await server.interrupt()
  rmSync(directory, { recursive: true, force: true })
})

async function points(): Promise<readonly HistoryPoint[]> {
  const since = encodeURIComponent('2026-01-01T00:00:00Z')
  return ((await server.get(`/v1/services/shop/history?since=${since}`)) as HistoryView).points
}

const instances = async (): Promise<readonly InstanceView[]> =>
  ((await server.get('/v1/services/shop/instances')) as Page<InstanceView>).items

const ofData = async (): Promise<readonly InstanceView[]> =>
  (await instances()).filter(({ part }) => part === 'data')

const isKept = ({ state, met }: HistoryPoint): boolean => state === 'kept' && met > 0

/** What was missed while the shop started weighs little, and the level has been kept for a while. */
async function untilCalm(): Promise<void> {
  const isCalm = async (): Promise<boolean> => {
    const all = await points()
    const latest = all.slice(-CALM_TICKS)
    const met = all.reduce((sum, point) => sum + point.met, 0)
    return latest.length === CALM_TICKS && latest.every(isKept) && met >= CALM_OPERATIONS
  }
  await until(`${CALM_TICKS} ticks in a row with the level kept`, isCalm, CALM_WITHIN_MS)
}

/** What the ticks from the first on say that did not keep the level after the trouble began. */
async function untilNotKept(since: string): Promise<readonly HistoryPoint[]> {
  const notKept = async (): Promise<readonly HistoryPoint[]> => {
    const after = (await points()).filter(({ at }) => at > since)
    const first = after.findIndex(({ cause }) => cause !== null)
    return first < 0 ? [] : after.slice(first)
  }
  await until(`${WITHIN_TICKS} ticks from the level being not kept`, async () => {
    return (await notKept()).length >= WITHIN_TICKS
  })
  return notKept()
}

/** The first of the ticks that names the cause, as the journal tells it. */
async function namedAt(ticks: readonly HistoryPoint[], kind: string): Promise<WhyView> {
  const named = ticks.slice(0, WITHIN_TICKS).find(({ cause }) => cause?.kind === kind)
  expect(ticks.map(({ cause }) => cause?.kind)).toContain(kind)
  expect(named, `${kind} within ${WITHIN_TICKS} ticks`).toBeDefined()
  return (await server.get(`/v1/services/shop/why?at=${encodeURIComponent(named?.at ?? '')}`)) as WhyView
}

const trouble = (factors: string): string => {
  const since = new Date().toISOString()
  writeFileSync(join(directory, 'factors'), `${factors}\n`)
  return since
}

it(
  `names the part whose code got slow, and adds no instances for it${page}`,
  async () => {
    await untilCalm()
    const before = new Set((await instances()).map(({ id }) => id))
    const ticks = await untilNotKept(trouble('data 3'))
    const why = await namedAt(ticks, 'application')
    expect(why.verdicts).toMatchObject([
      { state: 'at-risk', cause: { kind: 'application', part: 'data', evidence: [{ subject: 'data' }] } },
    ])
    expect(why.verdicts[0]?.cause?.evidence[0]?.says).toMatch(
      /^Part data takes .* ms of its own, .*× the expected 50 ms/,
    )
    // It stays so, and no instance comes of it.
    const counted = (await points()).length
    await until(`${MORE_TICKS} more ticks`, async () => (await points()).length >= counted + MORE_TICKS)
    const { verdicts } = (await server.get('/v1/services/shop')) as ServiceDetail
    expect(verdicts).toMatchObject([{ cause: { kind: 'application', part: 'data' } }])
    expect((await instances()).filter(({ id }) => !before.has(id))).toEqual([])
    if (browser.kind === 'found') await seeOnPage(browser)
  },
  TIMEOUT_MS,
)

/** The timeline of the shop's page names the application and the part, with the evidence on demand. */
async function seeOnPage(found: Parameters<typeof launch>[0]): Promise<void> {
  const opened = await launch(found)
  try {
    const tab = await opened.newPage()
    await tab.goto(/http\S+sign-in\?code=\S+/.exec(server.output())?.[0] ?? '')
    await tab.getByRole('link', { name: 'shop', exact: true }).first().click()
    await tab.getByRole('img', { name: /At risk because of the application, in part data/ }).waitFor()
    const row = tab.locator('.verdicts li').filter({ hasText: 'the application, in part data' }).first()
    await row.locator('summary').click()
    await row.getByText(/Part data takes .* ms of its own/).waitFor()
    await row.getByText(/more instances do not help/).waitFor()
  } finally {
    await opened.close()
  }
}

it.skipIf(notOnLinux !== '')(
  `names the platform and the instances where processes are killed, and has them again${notOnLinux}`,
  async () => {
    await untilCalm()
    const since = new Date().toISOString()
    const killed = killInstancesOf('data')
    // One short outage may be within what the level allows; what is killed again each time it is back is not.
    await until('the level not kept', async () => {
      if ((await points()).some(({ at, cause }) => at > since && cause !== null)) return true
      if ((await ofData()).every(({ phase }) => phase === 'ready')) killInstancesOf('data')
      return false
    })
    const why = await namedAt(await untilNotKept(since), 'platform')
    expect(why.verdicts).toMatchObject([{ cause: { kind: 'platform', part: 'data' } }])
    const says = why.verdicts[0]?.cause?.evidence.map((evidence) => evidence.says).join(' ')
    expect(says).toMatch(/of part data ended unasked/)
    await until('all killed instances again', async () => {
      const again = (await ofData()).filter(({ phase, restarts }) => phase === 'ready' && restarts > 0)
      return killed.every((name) => again.some(({ id }) => id === name))
    })
  },
  TIMEOUT_MS,
)

it(
  'names the load where three times as many come as are agreed, and holds the instances at what is agreed',
  async () => {
    await untilCalm()
    const before = (await instances()).length
    const why = await namedAt(await untilNotKept(trouble('shoppers 5')), 'load')
    expect(why.verdicts).toMatchObject([
      { cause: { kind: 'load', part: null, helps: 'Agree on a higher load than 10/s, or send less.' } },
    ])
    expect((await instances()).length).toBeLessThanOrEqual(before + 1)
  },
  TIMEOUT_MS,
)

/** Ends them as the kernel does to a process out of memory; their names in order. */
function killInstancesOf(part: string): readonly string[] {
  const installation = readFileSync(join(directory, 'data', 'installation'), 'utf8').trim()
  const killed: string[] = []
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const environment = environmentOf(pid)
    if (environment.get('HOLDFAST_INSTALLATION') !== installation) continue
    if (environment.get('HOLDFAST_PART') !== part) continue
    process.kill(Number(pid), 'SIGKILL')
    killed.push(environment.get('HOLDFAST_INSTANCE') ?? '')
  }
  return killed.toSorted()
}

function environmentOf(pid: string): ReadonlyMap<string, string> {
  try {
    const lines = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
    return new Map(
      lines.map((line): [string, string] => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]),
    )
  } catch {
    // It ended meanwhile, or is another user's.
    return new Map()
  }
}
