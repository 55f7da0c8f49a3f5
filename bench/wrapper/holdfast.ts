/** In the place of Holdfast: takes batches as quickly as can be, and tells two limits to count over. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { announce } from '../child.ts'

const answer = JSON.stringify({ counted: true, limitsMs: [100, 300] })

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
    response.end(answer)
  })
})
server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))
