/** Goal: what is found on real processes is what their programs were told to be. Method: the example's parts, and a program of bad habits. */
import { readdirSync, readlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PartProfile } from '@holdfast/core/profile'
import { expect, it } from 'vitest'
import { ProblemError } from '../errors/index.ts'
import { profileService, type ProfileEvent, type ProfileOrder } from './profile-service.ts'
import { parseRequest } from './requests.ts'
import { subjectInFiles } from './subject.ts'
import { Interrupted } from './workshop.ts'

const example = fileURLToPath(new URL('../../../../examples/three-part', import.meta.url))
const fixtures = fileURLToPath(new URL('fixtures', import.meta.url))

interface TestPart {
  readonly name: string
  readonly environment: Readonly<Record<string, string>>
  readonly calls?: readonly string[]
}

async function profiled(
  directory: string,
  program: string,
  parts: readonly TestPart[],
  order: Partial<ProfileOrder> & { readonly request?: string } = {},
): Promise<readonly PartProfile[]> {
  const document = {
    apiVersion: 'holdfast/v1',
    kind: 'Service',
    metadata: { name: 'profiled', owner: 'team' },
    spec: {
      gateway: { entry: parts[0]?.name },
      parts: parts.map(({ name, environment, calls = [] }) => ({
        name,
        instanceType: 'small',
        run: {
          command: ['node', program],
          directory: '.',
          environment,
          readiness: { http: '/readyz', within: '20s' },
        },
        calls: calls.map((part) => ({ part })),
      })),
    },
  }
  const subject = subjectInFiles([{ name: 'test', directory, text: JSON.stringify(document) }], 'profiled')
  if (!subject.ok) throw new Error(subject.error.detail)
  const { request, ...rest } = order
  const wanted = request === undefined ? null : parseRequest(request)
  return profileService({
    subject: subject.value,
    part: null,
    requests: wanted?.ok === true ? [wanted.value] : [],
    budgetMs: 10_000,
    signal: new AbortController().signal,
    tell: () => {},
    ...rest,
  })
}

const station = (name: string, serviceMs: number, perSecond: number, next?: string): TestPart => ({
  name,
  environment: { SERVICE_TIME_MS: String(serviceMs), CAPACITY_PER_SECOND: String(perSecond) },
  ...(next === undefined ? {} : { calls: [next] }),
})

/** Programs that run in the directory: what a test has left behind. */
function running(directory: string): number {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === directory
    } catch {
      return false
    }
  }).length
}

it(
  'finds service time, capacity, start time and calls of three parts in a row',
  { timeout: 150_000 },
  async () => {
    const told: ProfileEvent[] = []
    const expected = { interface: [10, 60], processing: [20, 40], data: [50, 30] } as const
    const found = await profiled(
      example,
      'part.ts',
      [
        station('interface', ...expected.interface, 'processing'),
        station('processing', ...expected.processing, 'data'),
        station('data', ...expected.data),
      ],
      { tell: (event) => void told.push(event) },
    )
    expect(found.map(({ part }) => part)).toEqual(['interface', 'processing', 'data'])
    for (const profile of found) {
      const [serviceMs, perSecond] = expected[profile.part as keyof typeof expected]
      const { serviceMeanMs, capacityPerSecond, startMs, calls } = profile
      // A timer on a busy machine is a millisecond or two late.
      expect(Math.abs(serviceMeanMs.value - serviceMs)).toBeLessThan(0.1 * serviceMs + 2)
      expect(Math.abs(capacityPerSecond.value / perSecond - 1)).toBeLessThan(0.12)
      expect(capacityPerSecond.bound).toEqual({ kind: 'found' })
      expect(startMs.value).toBeGreaterThan(30)
      expect(calls.map(({ times }) => times.value)).toEqual(profile.part === 'data' ? [] : [1])
    }
    const order = told.flatMap((event) => (event.kind === 'profiling' ? [event.part] : []))
    expect(order).toEqual(['data', 'processing', 'interface'])
  },
)

it('sends a part behind what its caller sends it, and counts the calls of a part that reports nothing', async () => {
  const found = await profiled(
    fixtures,
    'program.ts',
    [
      { name: 'web', environment: { BEHAVIOUR: 'asks-next' }, calls: ['stock'] },
      { name: 'stock', environment: { BEHAVIOUR: 'needs-body' } },
    ],
    { budgetMs: 5_000 },
  )
  const [web, stock] = found
  expect(web?.calls).toMatchObject([{ part: 'stock', times: { value: 2 } }])
  // Its own ten milliseconds and what making calls takes, without the calls themselves: with them it is over 33.
  expect(web?.serviceMeanMs.value).toBeGreaterThan(9)
  expect(web?.serviceMeanMs.value).toBeLessThan(30)
  expect(stock?.capacityPerSecond.value).toBeGreaterThan(60)
  expect(stock?.capacityPerSecond.value).toBeLessThan(110)
})

it('profiles one part alone where it is named, with what its caller sends it', async () => {
  const told: ProfileEvent[] = []
  const found = await profiled(
    fixtures,
    'program.ts',
    [
      { name: 'web', environment: { BEHAVIOUR: 'asks-next' }, calls: ['stock'] },
      { name: 'stock', environment: { BEHAVIOUR: 'needs-body' } },
    ],
    { part: 'stock', budgetMs: 5_000, tell: (event) => void told.push(event) },
  )
  expect(found.map(({ part }) => part)).toEqual(['stock'])
  expect(told.filter(({ kind }) => kind === 'profiling')).toHaveLength(1)
})

async function faultOf(run: Promise<unknown>): Promise<string> {
  const error: unknown = await run.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(error instanceof ProblemError)) throw new Error(`no problem: ${String(error)}`)
  const { code, detail, faults } = error.problem
  return [code, detail, ...faults.flatMap(({ message, hint }) => [message, hint])].join('\n')
}

it('says what a part wrote that does not start', async () => {
  const said = await faultOf(
    profiled(fixtures, 'program.ts', [{ name: 'web', environment: { BEHAVIOUR: 'crashes' } }]),
  )
  expect(said).toContain('part-not-starting')
  expect(said).toContain('exited with code 3')
  expect(said).toContain('no configuration found')
})

it('says that a part may need a body, and takes one that is said', async () => {
  const parts = [{ name: 'web', environment: { BEHAVIOUR: 'needs-body' } }]
  const said = await faultOf(profiled(fixtures, 'program.ts', parts))
  expect(said).toContain('GET / is answered with status 400')
  expect(said).toContain('a JSON body is missing')
  expect(said).toContain('--request')
  const found = await profiled(fixtures, 'program.ts', parts, {
    request: 'POST / {"item": 7}',
    budgetMs: 5_000,
  })
  expect(found[0]?.serviceMeanMs.value).toBeGreaterThan(9)
})

it('says that nothing is known to send to a part that no call reaches', async () => {
  const parts = [
    { name: 'web', environment: { BEHAVIOUR: 'plain' }, calls: ['stock'] },
    { name: 'stock', environment: { BEHAVIOUR: 'plain' } },
  ]
  expect(await faultOf(profiled(fixtures, 'program.ts', parts))).toContain(
    'No call reached the part "stock" while GET / was sent.',
  )
})

it('ends at once when it is told to, and leaves no process behind, not even a deaf one', async () => {
  const stop = new AbortController()
  const run = profiled(fixtures, 'program.ts', [{ name: 'web', environment: { BEHAVIOUR: 'deaf' } }], {
    signal: stop.signal,
    tell: ({ kind }) => {
      if (kind !== 'driving') return
      expect(running(fixtures)).toBeGreaterThan(0)
      stop.abort()
    },
  })
  await expect(run).rejects.toBeInstanceOf(Interrupted)
  expect(running(fixtures)).toBe(0)
})
