/** A target to be scraped, as a process of its own: one body of a few after the other, packed once. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { announce } from '../child.ts'
import { packedBody } from './bodies.ts'

const BODIES = 4

const series = Number(process.argv[2])
const bodies = Array.from({ length: BODIES }, (_, round) => packedBody(series, round))
let served = 0

const server = createServer(({ url }, response) => {
  if (url === '/served') return response.end(String(served))
  const body = bodies[served++ % BODIES]
  return response
    .writeHead(200, { 'content-type': 'text/plain; version=0.0.4', 'content-encoding': 'gzip' })
    .end(body)
})

server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))
