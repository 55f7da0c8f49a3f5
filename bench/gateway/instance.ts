/** The instance behind the proxies: a small answer of known length, as quick as node:http gives it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { announce } from '../child.ts'

const body = JSON.stringify({ items: Array.from({ length: 16 }, (_, id) => ({ id, name: `item ${id}` })) })

const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
})

// Connections are kept while the proxies take turns.
server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))
