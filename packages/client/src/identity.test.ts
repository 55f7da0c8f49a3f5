import { createServer, type IncomingHttpHeaders } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { identityHeaders, withIdentity } from './identity.ts'

async function headersSeen(call: (url: string) => Promise<Response>): Promise<IncomingHttpHeaders> {
  let seen: IncomingHttpHeaders = {}
  const server = createServer((request, response) => {
    seen = request.headers
    response.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    await call(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  } finally {
    server.close()
    server.closeAllConnections()
  }
  return seen
}

describe('withIdentity', () => {
  it('says client and class on a real request and keeps the headers that were given', async () => {
    const shopFetch = withIdentity(fetch, { client: 'account-17', class: 'gold' })
    const seen = await headersSeen((url) => shopFetch(url, { headers: { accept: 'text/plain' } }))
    expect(seen).toMatchObject({
      'x-holdfast-client': 'account-17',
      'x-holdfast-class': 'gold',
      accept: 'text/plain',
    })
  })

  it('keeps the headers of a Request', async () => {
    const shopFetch = withIdentity(fetch, { client: 'account-17' })
    const seen = await headersSeen((url) => shopFetch(new Request(url, { headers: { 'x-own': 'yes' } })))
    expect(seen).toMatchObject({ 'x-holdfast-client': 'account-17', 'x-own': 'yes' })
  })

  it('leaves out names that cannot be headers instead of throwing', () => {
    expect(identityHeaders({ client: 'two\nlines', class: 'x'.repeat(129) })).toEqual({})
  })
})
