/** A small server that takes updates as POST /v1/watches/NAME/updates does, and answers as a test says. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Update } from '../src/pacing/index.ts'
import { serving, textOf, type Listening } from './measured-server.ts'

interface Came {
  readonly at: number
  readonly path: string
  readonly key: string | undefined
  readonly update: Update
}

export interface PacingServer extends Listening {
  readonly url: string
  readonly came: Came[]
  /** What the next ones are answered: of 200 the body, of others the status, with more headers. */
  answer: (response: ServerResponse, update: Update) => void
}

/** What is not an update is answered by `other`, such as the page of a test. */
export async function pacingServer(
  other: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => {
    response.writeHead(404).end()
  },
): Promise<PacingServer> {
  const came: Came[] = []
  const listening = await serving(async (request, response) => {
    if (request.method !== 'POST') return other(request, response)
    const update = JSON.parse(await textOf(request)) as Update
    came.push({ at: performance.now(), path: request.url ?? '', key: request.headers.authorization, update })
    server.answer(response, update)
  })
  const server: PacingServer = {
    ...listening,
    url: `http://127.0.0.1:${listening.port}`,
    came,
    answer: next(3_600_000),
  }
  return server
}

export const next =
  (nextMs: number, more: object = {}) =>
  (response: ServerResponse): void => {
    const headers = { 'content-type': 'application/json', 'retry-after': String(Math.ceil(nextMs / 1_000)) }
    response.writeHead(200, headers)
    response.end(JSON.stringify({ nextMs, at: new Date(Date.now() + nextMs).toISOString(), ...more }))
  }

export const refuse =
  (status: number, code: string, headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/problem+json', ...headers })
    response.end(JSON.stringify({ code, detail: `It is ${code}.` }))
  }
