/** The least that a server in node:http can do with updates: read the JSON, remember it by client, answer JSON as long. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { announce } from '../child.ts'

interface Update {
  readonly client: string
  readonly parameters: unknown
}

const known = new Map<string, unknown>()
const answer = '{"nextMs":61234,"at":"2026-01-01T00:01:01.234Z"}'

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => void chunks.push(chunk))
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString()) as
      | Update
      | { readonly updates: readonly Update[] }
    const updates = 'updates' in body ? body.updates : [body]
    for (const { client, parameters } of updates) known.set(client, parameters)
    const text = 'updates' in body ? `{"answers":[${updates.map(() => answer).join(',')}]}` : answer
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length })
    response.end(text)
  })
})
server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))
