/** A server with one shop on it, as answers of the API. The types are the API's, so that both move together. */
import type {
  AppliedView,
  ApplyRequest,
  CreatedKey,
  HistoryView,
  InstanceView,
  JournalCheckAll,
  JournalEntryView,
  KeyView,
  Page,
  ProblemDocument,
  ReadinessView,
  ServiceDetail,
  ServiceSummary,
  VerdictView,
  TryRulesRequest,
  Whoami,
  WhyView,
} from '../../src/http/api.ts'
import { health } from './shop-health.ts'
import { failure } from '../../src/cli/failure.ts'
import { NOW } from './fake-io.ts'
import { agreement, agreementChange, team } from './shop-manifests.ts'
import { givenUp, offers } from './shop-offers.ts'
import { pacedClient, pacingForecast, pacingModel, pacingStats } from './shop-pacing.ts'
import { series, sources, tried } from './shop-sources.ts'

const shop: ServiceSummary = {
  name: 'shop',
  owner: 'team-a',
  state: 'at-risk',
  cause: 'load',
  says: 'At risk: 93.1 % of 8,412 operations were within 100 ms; 90 % are promised.',
  requestsPerSecond: 11.84,
  response: { p50Ms: 41.2, p90Ms: 96.4, p99Ms: 188.9 },
  limitMs: 100,
  promisedRatio: 0.9,
  measuredRatio: 0.9314,
  budgetLeftRatio: 0.313_7,
  parts: [
    { part: 'interface', desired: 2, ready: 2 },
    { part: 'processing', desired: 4, ready: 3 },
    { part: 'data', desired: 7, ready: 7 },
  ],
  instances: { desired: 13, ready: 12, atMost: 20 },
  costPerHour: '0.65 EUR',
  mode: 'act',
  generation: 17,
  updatedAt: '2026-11-27T10:39:58.000Z',
}

const quiet: ServiceSummary = {
  ...shop,
  name: 'reports',
  owner: 'team-b',
  state: 'unknown',
  cause: null,
  says: 'Nothing was counted yet.',
  requestsPerSecond: null,
  response: null,
  limitMs: null,
  promisedRatio: null,
  measuredRatio: null,
  budgetLeftRatio: null,
  parts: [{ part: 'render', desired: 1, ready: 1 }],
  instances: { desired: 1, ready: 1, atMost: null },
  costPerHour: '0.05 EUR',
}

const verdict: VerdictView = {
  agreement: 'shop',
  level: 'fast',
  at: '2026-11-27T10:39:58.000Z',
  windowFrom: '2026-11-27T10:00:00.000Z',
  windowTo: '2026-11-27T11:00:00.000Z',
  state: 'at-risk',
  met: 7_835,
  missed: 577,
  promisedRatio: 0.9,
  measuredRatio: 0.9314,
  missedBy: { load: 421, platform: 156 },
  platformRatio: 0.9805,
  allowedMisses: 841.2,
  missesLeft: 264.2,
  burn: 1.62,
  cause: {
    kind: 'load',
    part: null,
    since: '2026-11-27T10:31:00.000Z',
    evidence: [
      {
        subject: 'shop',
        measure: 'load',
        unit: '/s',
        observed: 11.84,
        expected: 10,
        says: 'The load averaged 11.8 requests/s over the last minute; 10 were agreed.',
      },
    ],
    helps: 'Agree on a higher load than 10/s, or send less.',
  },
  reason: 'At this rate the misses that are left last 18 more minutes.',
}

const risingLoad = {
  code: 'load-rises',
  part: 'processing',
  says: 'The load rises to 12/s within the start time.',
}

const detail: ServiceDetail = {
  ...shop,
  version: 3,
  agreements: ['shop'],
  url: 'http://127.0.0.1:8080',
  routeFault: null,
  partDetails: [
    {
      part: 'interface',
      desired: 2,
      ready: 2,
      instanceType: 'small',
      pricePerHour: '0.05 EUR/h',
      minInstances: 1,
      maxInstances: 10,
      expectedServiceMs: 10,
      measuredServiceMs: 10.4,
      plannedServiceMs: 10.2,
      measuredWaitingMs: 1.2,
      capacityPerSecond: 10,
      requestsPerSecond: 11.84,
      queued: 0,
      calls: [{ part: 'processing', times: 1 }],
    },
    {
      part: 'processing',
      desired: 4,
      ready: 3,
      instanceType: 'small',
      pricePerHour: '0.05 EUR/h',
      minInstances: 1,
      maxInstances: 10,
      expectedServiceMs: 20,
      measuredServiceMs: null,
      plannedServiceMs: null,
      measuredWaitingMs: null,
      capacityPerSecond: 5,
      requestsPerSecond: null,
      queued: 3,
      calls: [],
    },
  ],
  verdicts: [verdict],
  reasons: [risingLoad],
  advice: [],
}

const instances: readonly InstanceView[] = [
  {
    id: 'shop-interface-1',
    service: 'shop',
    part: 'interface',
    revision: 'r1',
    phase: 'ready',
    since: '2026-11-27T09:10:00.000Z',
    restarts: 0,
    address: '127.0.0.1:41001',
    desired: true,
    says: '',
  },
  {
    id: 'shop-processing-4',
    service: 'shop',
    part: 'processing',
    revision: 'r1',
    phase: 'backing-off',
    since: '2026-11-27T10:39:52.000Z',
    restarts: 2,
    address: null,
    desired: true,
    says: 'It ended with exit code 1; it is started again in 4 s.',
  },
]

const change = { at: '2026-11-27T10:38:40.000Z', part: 'processing', from: 3, to: 4, reason: risingLoad }

const history: HistoryView = { service: 'shop', limitMs: 100, points: [], changes: [change] }

const why: WhyView = {
  service: 'shop',
  askedFor: NOW,
  decidedAt: '2026-11-27T10:38:40.000Z',
  sequence: 42,
  says: 'One instance of processing was started, since the load rises.',
  changes: [change],
  verdicts: [verdict],
  advice: [],
  reasons: [
    risingLoad,
    { code: 'held-to-settle', part: 'data', says: 'The last change has not taken effect yet.' },
  ],
  observed: ['59 requests arrived within 5 s (11.8/s).', 'processing: 3 requests waited.'],
  outcome: ['shop-processing-4 was started.'],
}

const entryOf = (
  sequence: number,
  { kind, actor, body }: Pick<JournalEntryView, 'kind' | 'actor' | 'body'>,
): JournalEntryView => ({
  service: 'shop',
  sequence,
  at: `2026-11-27T10:38:${String(sequence).padStart(2, '0')}.000Z`,
  kind,
  actor,
  body,
  previousHash: 'aa',
  hash: 'bb',
})

const started = { kind: 'start', instance: 'shop-processing-4', ok: true, says: 'started' }

const start = { kind: 'start', instance: { id: 'shop-processing-4', part: 'processing' }, reason: risingLoad }

/** The newest first, as the server gives them. */
const entries: readonly JournalEntryView[] = [
  entryOf(49, { kind: 'decision', actor: 'loop', body: { plan: null, reasons: [], verdicts: [] } }),
  entryOf(48, {
    kind: 'decision',
    actor: 'loop',
    body: {
      plan: null,
      reasons: [],
      verdicts: [],
      violations: [{ severity: 'error', says: '13 instances are more than the 12 agreed.' }],
    },
  }),
  entryOf(47, {
    kind: 'decision',
    actor: 'loop',
    body: {
      plan: null,
      reasons: [],
      verdicts: [],
      closed: [{ agreement: 'shop', level: 'fast', met: 35_990, missed: 10 }],
    },
  }),
  entryOf(46, { kind: 'event', actor: 'platform', body: { memory: [1, 2, 3] } }),
  entryOf(45, {
    kind: 'change',
    actor: 'deploy',
    body: agreementChange,
  }),
  entryOf(44, {
    kind: 'outcome',
    actor: 'platform',
    body: { decision: 42, actions: [started, started, { ...started, ok: false, says: 'No port was free.' }] },
  }),
  entryOf(43, { kind: 'decision', actor: 'loop', body: { plan: null, reasons: [], verdicts: [verdict] } }),
  entryOf(42, {
    kind: 'decision',
    actor: 'loop',
    body: { plan: { changes: [start, start] }, reasons: [risingLoad] },
  }),
]

const key: KeyView = {
  id: 'k-7f3a',
  name: 'deploy',
  scope: 'operator',
  owner: null,
  createdAt: '2026-11-20T10:40:00.000Z',
  expiresAt: '2027-02-18T10:40:00.000Z',
  revokedAt: null,
}

const chains: JournalCheckAll = {
  intact: false,
  entries: 60,
  chains: [
    {
      service: null,
      entries: 9,
      intact: true,
      brokenAt: null,
      says: 'All 9 entries are as they were written.',
    },
    {
      service: 'shop',
      entries: 51,
      intact: false,
      brokenAt: 52,
      says: 'Entry 52 was changed, removed or put there later.',
    },
  ],
}

const readiness: ReadinessView = {
  ready: true,
  version: '0.1.0',
  region: 'north',
  checks: [{ name: 'store', ok: true, says: 'The store answers.' }],
}

const whoami: Whoami = { name: 'operator', scope: 'operator', owner: null }

const page = <T>(items: readonly T[]): Page<T> => ({ items, next: null })

const invalid: ProblemDocument = failure('manifest-invalid', 'shop.yaml has 2 faults; nothing was changed.', {
  faults: [
    {
      message: 'There is no field "limt" here.',
      hint: 'Did you mean "limit"?',
      place: { source: 'broken.yaml', line: 7, column: 5, pointer: '/spec/levels/0/limt' },
    },
    {
      message: 'The limit must not be negative.',
      hint: '',
      place: { source: 'broken.yaml', line: 9, column: 12 },
    },
  ],
})

/** What the routes answer to a GET. */
const answers: Readonly<Record<string, unknown>> = {
  '/v1/watches/players/stats': pacingStats,
  '/v1/watches/players/model': pacingModel,
  '/v1/watches/players/clients/p-17': pacedClient,
  '/v1/watches/players/forecast': pacingForecast,
  '/livez': {},
  '/readyz': readiness,
  '/v1/whoami': whoami,
  '/v1/services': page([shop, quiet]),
  '/v1/services/shop': detail,
  '/v1/services/shop/health': health,
  '/v1/services/shop/history': history,
  '/v1/services/shop/instances': page(instances),
  '/v1/services/reports/instances': page([]),
  '/v1/services/shop/verdicts': page([verdict]),
  '/v1/services/reports/verdicts': page([]),
  '/v1/services/shop/sources': page(sources),
  '/v1/services/reports/sources': page([]),
  '/v1/services/shop/sources/node/series': page(series),
  '/v1/services/shop/offers': offers,
  '/v1/services/reports/offers': { service: 'reports', profile: [], offers: [] },
  '/v1/services/shop/why': why,
  '/v1/agreements': page([agreement]),
  '/v1/agreements/shop': agreement,
  '/v1/manifests': page([agreement, team]),
  '/v1/owners': page([]),
  '/v1/journal': page(entries),
  '/v1/journal/check': chains,
  '/v1/keys': page([key]),
}

/** Answers as the server does, and knows the key "secret" alone. */
export async function shopServer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname.startsWith('/v1/') && request.headers.get('authorization') !== 'Bearer secret') {
    const code = request.headers.has('authorization') ? 'key-wrong' : 'key-missing'
    return problemResponse(
      failure(code, code === 'key-wrong' ? 'The key is not known.' : 'The request has no key.'),
    )
  }
  if (request.method === 'DELETE') return new Response(null, { status: 204 })
  if (request.method === 'POST' && pathname === '/v1/apply')
    return applied((await request.json()) as ApplyRequest)
  if (request.method === 'POST' && pathname === '/v1/services/shop/rules/test') {
    const { files } = (await request.json()) as TryRulesRequest
    return files.some(({ name }) => name === 'broken.yaml') ? problemResponse(invalid) : json(tried)
  }
  if (request.method === 'POST' && pathname === '/v1/keys') {
    const created: CreatedKey = { ...key, ...((await request.json()) as object), secret: 'hf_1234' }
    return json(created, 201)
  }
  const answer = answers[pathname]
  if (answer !== undefined) return json(answer)
  return problemResponse(
    failure('not-found', `There is no ${decodeURIComponent(pathname.split('/').at(-1) ?? '')}.`),
  )
}

function applied({ files, dryRun = false }: ApplyRequest): Response {
  if (files.some(({ name }) => name === 'broken.yaml')) return problemResponse(invalid)
  const views: readonly AppliedView[] = files.map(({ name }) => {
    if (name.endsWith('owner.yaml'))
      return { kind: 'Owner', name: 'team-a', action: 'unchanged', version: 1, differences: [] }
    if (name === 'stdin')
      return { kind: 'InstanceType', name: 'small', action: 'created', version: 1, differences: [] }
    const differences = [
      { path: 'spec.levels[0].limit', before: '100ms', after: '80ms' },
      {
        path: 'spec.schedule',
        before: undefined,
        after: [{ name: 'night', from: '22:00', to: '06:00', levels: [], weekdays: ['monday'] }],
      },
    ]
    return name.endsWith('agreement.yaml')
      ? { kind: 'Agreement', name: 'shop', action: 'changed', version: 3, differences }
      : { kind: 'Service', name: 'shop', action: 'created', version: 1, differences: [] }
  })
  const warnings = files.some(({ name }) => name.endsWith('agreement.yaml')) ? [givenUp] : []
  return json({ dryRun, applied: views, warnings })
}

export function json(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: { date: new Date(NOW).toUTCString() } })
}

export function problemResponse(document: ProblemDocument): Response {
  return Response.json(document, {
    status: document.status,
    headers: { 'content-type': 'application/problem+json' },
  })
}
