/** What can be checked by asking the server: whether it is there, ready, of this version, knows the key, has the time. */
import type { ReadinessView, Whoami } from '../../http/api.ts'
import { exchange, requestJson, type Response } from '../http.ts'
import type { Io } from '../io.ts'
import { isLoopback, type Settings } from '../settings.ts'
import type { Finding } from './doctor.ts'

/** The Date header has whole seconds, and an answer may be late; more is a clock that is wrong. */
const MAX_CLOCK_DIFFERENCE_MS = 5_000

/** The later checks rest on the server being there; without it they are left out. */
export async function checkServer(io: Io, settings: Settings): Promise<readonly Finding[]> {
  const alive = await exchange(io, settings, { path: '/livez' })
  if (!alive.ok)
    return [{ check: 'server', state: 'failed', says: alive.error.detail, hint: startHint(settings) }]
  if (alive.value.status !== 200) {
    return [
      {
        check: 'server',
        state: 'failed',
        says: `${settings.url.value} is answered by something that is not Holdfast (status ${alive.value.status}).`,
        hint: 'Another program may have taken the port; choose one with `holdfast up --port`, and --url here.',
      },
    ]
  }
  return [
    { check: 'server', state: 'ok', says: `${settings.url.value} answers.`, hint: '' },
    ...(await checkReadiness(io, settings)),
    await checkKey(io, settings),
    checkClock(io, alive.value),
  ]
}

async function checkReadiness(io: Io, settings: Settings): Promise<readonly Finding[]> {
  const answer = await exchange(io, settings, { path: '/readyz' })
  if (!answer.ok)
    return [{ check: 'readiness', state: 'failed', says: answer.error.detail, hint: answer.error.hint }]
  const view = readinessOf(answer.value.text)
  if (view === null) {
    return [
      { check: 'readiness', state: 'failed', says: 'The server does not say whether it is ready.', hint: '' },
    ]
  }
  const waiting = view.checks.filter(({ ok }) => !ok).map(({ says }) => says)
  return [
    {
      check: 'readiness',
      state: view.ready ? 'ok' : 'failed',
      says: view.ready ? 'The server is ready.' : `The server is not ready. ${waiting.join(' ')}`,
      hint: view.ready ? '' : 'Try again in some seconds; if it stays so, its log says more.',
    },
    {
      check: 'version',
      state: view.version === io.version ? 'ok' : 'warning',
      says: `The server is ${view.version}, this command ${io.version}.`,
      hint: view.version === io.version ? '' : 'Install the same version of both.',
    },
    {
      check: 'region',
      state: 'ok',
      says: view.region === null ? 'The server was told none.' : `The server is in ${view.region}.`,
      hint: '',
    },
  ]
}

async function checkKey(io: Io, settings: Settings): Promise<Finding> {
  const check = 'key'
  const answer = await requestJson(io, settings, { path: '/v1/whoami' })
  if (!answer.ok) return { check, state: 'failed', says: answer.error.detail, hint: answer.error.hint }
  const { name, scope, owner } = answer.value as Whoami
  return {
    check,
    state: 'ok',
    says: `It is "${name}" with scope ${scope}${owner === null ? '' : ` of ${owner}`}.`,
    hint: '',
  }
}

function checkClock(io: Io, { headers }: Response): Finding {
  const check = 'clocks'
  const server = Date.parse(headers.get('date') ?? '')
  if (Number.isNaN(server))
    return { check, state: 'warning', says: 'The server does not tell its time.', hint: '' }
  const differenceMs = io.now() - server
  // A Date header is cut to its second: half of one is what it is off by in the mean.
  const seconds = Math.round(Math.abs(differenceMs - 500) / 1_000)
  if (Math.abs(differenceMs) <= MAX_CLOCK_DIFFERENCE_MS) {
    return { check, state: 'ok', says: 'The clocks here and there agree to within seconds.', hint: '' }
  }
  return {
    check,
    state: 'warning',
    says: `This clock is ${seconds} s ${differenceMs > 0 ? 'ahead of' : 'behind'} the server's.`,
    hint: 'Have both set by NTP; times such as "10m ago" are off by as much.',
  }
}

function readinessOf(text: string): ReadinessView | null {
  try {
    const view: unknown = JSON.parse(text)
    return typeof view === 'object' && view !== null && 'ready' in view && 'checks' in view
      ? (view as ReadinessView)
      : null
  } catch {
    return null
  }
}

function startHint({ url }: Settings): string {
  return isLoopback(url.value)
    ? 'Start it with `holdfast up`, or name another with --url or HOLDFAST_URL.'
    : 'Check the address, the network and that the server runs.'
}
