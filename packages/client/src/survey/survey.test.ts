// Goal: so many are asked as was said, none too often, and what they answer is told once it can be. Method: clients by
// the thousand, a storage of the test's own, and sending that fails when the test says so.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  createSurvey,
  type Survey,
  type SurveyEvent,
  type SurveyOptions,
  type SurveyStorage,
} from './index.ts'

const DAY_MS = 86_400_000

let now: number
let told: SurveyEvent[]
let isAway: boolean
let ids: number

beforeEach(() => {
  now = 1_800_000_000_000
  told = []
  isAway = false
  ids = 0
})
afterEach(() => vi.unstubAllGlobals())

function storageOf(): SurveyStorage {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => void kept.set(key, text) }
}

const surveyOf = (options: Partial<SurveyOptions> = {}, random = (): number => 0.5): Survey =>
  createSurvey(
    {
      service: 'shop',
      client: 'account-17',
      every: 1,
      storage: storageOf(),
      send: async (events) => {
        if (isAway) throw new Error('away')
        told.push(...events)
      },
      ...options,
    },
    { now: () => now, random, id: () => `q-${++ids}` },
  )

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('asks one client in so many, and always the same ones', () => {
  const asked = (): string[] =>
    Array.from({ length: 20_000 }, (_, i) => `account-${i}`).filter((client) =>
      surveyOf({ client, every: 50 }).isDue(),
    )
  expect(asked().length).toBeGreaterThan(340)
  expect(asked().length).toBeLessThan(460)
  expect(asked()).toEqual(asked())
})

it('asks by chance where it is told to', () => {
  const draws = [0.019, 0.02, 0.5]
  const random = (): number => draws.shift() ?? 1
  const one = surveyOf({ choose: 'at-random', every: 50 }, random)
  expect([one.isDue(), one.isDue(), one.isDue()]).toEqual([true, false, false])
})

it.each([0, -1, Number.NaN, Infinity])('asks nobody where one in %d is to be asked', (every) => {
  expect(surveyOf({ every }).ask()).toBeNull()
})

it('leaves a client alone for a day, also on another page', () => {
  const storage = storageOf()
  expect(surveyOf({ storage }).ask()).not.toBeNull()
  now += DAY_MS - 1
  expect(surveyOf({ storage }).ask()).toBeNull()
  now += 1
  expect(surveyOf({ storage }).ask()).not.toBeNull()
})

it('asks again when the clock was set back', () => {
  const storage = storageOf()
  surveyOf({ storage }).ask()
  now -= 10 * DAY_MS
  expect(surveyOf({ storage }).ask()).not.toBeNull()
})

it('asks once a page where nothing can be stored, or something else is there', () => {
  const refuses = (): never => {
    throw new DOMException('no', 'SecurityError')
  }
  const one = surveyOf({ storage: { getItem: refuses, setItem: refuses } })
  expect([one.ask(), one.ask()].map((question) => question !== null)).toEqual([true, false])
  expect(surveyOf({ storage: { getItem: () => 'soon', setItem: () => {} } }).ask()).not.toBeNull()
})

it('tells that a client was asked, and then what it answered, once', async () => {
  const question = surveyOf({ class: 'gold' }).ask()
  question?.answer('too-slow')
  question?.answer('great')
  question?.dismiss()
  await settled()
  const asked = { question: 'q-1', client: 'account-17', class: 'gold' }
  expect(told).toEqual([asked, { ...asked, answer: 'too-slow' }])
})

it('tells of nothing but the question where it is dismissed', async () => {
  const question = surveyOf().ask()
  question?.dismiss()
  question?.answer({ rating: 7 })
  await settled()
  expect(told).toEqual([{ question: 'q-1', client: 'account-17' }])
})

it('tells later what could not be told', async () => {
  isAway = true
  const question = surveyOf().ask()
  await settled()
  isAway = false
  question?.answer({ score: 0.7 })
  await settled()
  expect(told.map(({ score }) => score)).toEqual([undefined, 0.7])
})

it('keeps few of what cannot be told', async () => {
  isAway = true
  const one = surveyOf({ apartMs: 0 })
  for (let i = 0; i < 100; i++) one.ask()
  await settled()
  isAway = false
  one.ask()
  await settled()
  expect(told).toHaveLength(20)
  expect(told.at(-1)?.question).toBe('q-101')
})

it('sends to Holdfast with the key, and does not send again what is refused', async () => {
  const requests: unknown[] = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    requests.push([url, new Headers(init.headers).get('authorization'), JSON.parse(init.body as string)])
    return new Response(null, { status: 400 })
  })
  const { send: _, ...options } = {
    send: null,
    service: 'shop',
    client: 'c',
    every: 1,
    key: 'hf_c',
    url: 'https://x.example/',
  }
  const one = createSurvey(
    { ...options, storage: storageOf() },
    { now: () => now, random: () => 0, id: () => 'q' },
  )
  one.ask()?.answer('ok')
  await vi.waitFor(() => expect(requests).toHaveLength(2))
  const events = [
    { question: 'q', client: 'c' },
    { question: 'q', client: 'c', answer: 'ok' },
  ]
  expect(requests).toEqual(
    events.map((event) => ['https://x.example/v1/services/shop/survey', 'Bearer hf_c', { events: [event] }]),
  )
})
