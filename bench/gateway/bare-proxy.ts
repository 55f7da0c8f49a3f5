/** The peer: the least that a reverse proxy of node:http can do. It measures nothing and chooses nothing. */
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { announce } from '../child.ts'

const agent = new Agent({ keepAlive: true })
const port = Number(process.argv[2])

const server = createServer((incoming, outgoing) => {
  const { method, url: path, headers } = incoming
  const upstream = request({ agent, host: '127.0.0.1', port, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  upstream.on('error', () => outgoing.destroy())
  incoming.pipe(upstream)
})

server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))
