/** Reads from the server's API; every way in which that can fail is a value with words for people. */
import type { Page, ProblemDocument } from '../../../server/src/http/api.ts'

export type Failure =
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'missing' }
  /** No answer, or one that asks to come back later. */
  | { readonly kind: 'unreachable'; readonly says: string }
  | { readonly kind: 'refused'; readonly says: string }

export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly serverNowMs: number | null }
  | { readonly ok: false; readonly failure: Failure }

/** A local server answers in milliseconds; after this a person would press reload. */
const TIMEOUT_MS = 10_000
/** The most that the server gives at once. */
const PAGE_LIMIT = 1_000
/** 100,000 services: a stop for a server whose cursor never ends. */
const MAX_PAGES = 100

export async function read<T>(path: string): Promise<Answer<T>> {
  try {
    const response = await fetch(path, {
      headers: { accept: 'application/json' },
      credentials: 'same-origin',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (!response.ok) return { ok: false, failure: await failureOf(response) }
    const value = (await response.json()) as T
    return { ok: true, value, serverNowMs: instantOf(response.headers.get('date')) }
  } catch (error) {
    const says = error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'no answer'
    return { ok: false, failure: { kind: 'unreachable', says } }
  }
}

/** All pages of a listing, in order. */
export async function readAll<T>(path: string): Promise<Answer<readonly T[]>> {
  const items: T[] = []
  let cursor: string | null = null
  let serverNowMs: number | null = null
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const answer: Answer<Page<T>> = await read(`${path}?limit=${PAGE_LIMIT}${after}`)
    if (!answer.ok) return answer
    items.push(...answer.value.items)
    serverNowMs = answer.serverNowMs
    cursor = answer.value.next
    if (cursor === null) break
  }
  return { ok: true, value: items, serverNowMs }
}

export function servicePath(name: string): string {
  return `/v1/services/${encodeURIComponent(name)}`
}

async function failureOf(response: Response): Promise<Failure> {
  if (response.status === 401) return { kind: 'signed-out' }
  if (response.status === 404) return { kind: 'missing' }
  const problem = await problemOf(response)
  const says = problem === null ? `the server answered ${response.status}` : sentence(problem)
  return response.status === 429 || response.status >= 502
    ? { kind: 'unreachable', says }
    : { kind: 'refused', says }
}

async function problemOf(response: Response): Promise<Partial<ProblemDocument> | null> {
  try {
    const body: unknown = await response.json()
    return typeof body === 'object' && body !== null ? body : null
  } catch {
    return null
  }
}

function sentence(problem: Partial<ProblemDocument>): string {
  const what = problem.detail ?? problem.title ?? 'The server refused.'
  return problem.hint === undefined || problem.hint === '' ? what : `${what} ${problem.hint}`
}

function instantOf(date: string | null): number | null {
  const at = date === null ? Number.NaN : Date.parse(date)
  return Number.isNaN(at) ? null : at
}
