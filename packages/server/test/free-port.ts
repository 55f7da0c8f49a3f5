/** Ports that nothing listens on at this moment. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'

/** All of them different. */
export async function severalFreePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listening))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

export async function freePort(): Promise<number> {
  const [port = 0] = await severalFreePorts(1)
  return port
}

async function listening(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
