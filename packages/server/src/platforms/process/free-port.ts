/**
 * Finds ports for instances: the kernel names one that is free now. Another program may take it before
 * the instance does; then the instance is started again with another port.
 */
import { createServer } from 'node:net'

/** The kernel hardly ever names the same port again so soon; more tries would only hide that it has none left. */
const TRIES = 20

/** Adds a free port of 127.0.0.1 to those reserved, whose instances may not listen on theirs yet. */
export async function reserveFreePort(reserved: Set<number>): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = await listenBriefly(0)
    if (port === null || reserved.has(port)) continue
    reserved.add(port)
    return port
  }
  throw new Error(`the kernel named no free port in ${TRIES} tries`)
}

export async function isPortFree(port: number): Promise<boolean> {
  return (await listenBriefly(port)) !== null
}

/** Null when the port is taken. */
function listenBriefly(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address()
      const bound = typeof address === 'object' && address !== null ? address.port : null
      server.close(() => resolve(bound))
    })
  })
}
