/** The program that is measured: the least that node:http serves, bare or with the wrapper, telling the given address. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMeter } from '../../packages/client/src/index.ts'
import { announce } from '../child.ts'

const [url] = process.argv.slice(2)
const body = JSON.stringify({ items: Array.from({ length: 16 }, (_, id) => ({ id, name: `item ${id}` })) })

const answer: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

const metered = (url: string): RequestListener =>
  createMeter({ url, key: 'hf_bench', service: 'shop', part: 'web', everyMs: 1_000 }).http(answer)

const server = createServer(url === undefined ? answer : metered(url))
server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))
