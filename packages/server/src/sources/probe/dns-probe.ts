/** Asks a name server, the machine's own or one that is named. */
import { lookup, Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { ProbeReads } from '../source.ts'
import { isExpectedRecord } from './expectation.ts'
import { timed, type Finding } from './finding.ts'

type DnsAsk = Extract<ProbeReads, { readonly kind: 'dns' }>

export const probeDns = (ask: DnsAsk, signal: AbortSignal): Promise<Finding> =>
  timed(() => answers(ask, signal))

async function answers(ask: DnsAsk, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false
  const resolver = new Resolver()
  const over = Promise.withResolvers<boolean>()
  const abort = (): void => {
    resolver.cancel()
    over.resolve(false)
  }
  signal.addEventListener('abort', abort, { once: true })
  const asked = async (): Promise<boolean> => {
    if (ask.server !== null) resolver.setServers([await addressOf(ask.server)])
    if (signal.aborted) return false
    return isExpectedRecord(await recordsOf(resolver, ask), ask.expect)
  }
  try {
    return await Promise.race([asked(), over.promise])
  } finally {
    signal.removeEventListener('abort', abort)
    resolver.cancel()
  }
}

/** As the resolver takes it: an address, with a port where one is given. */
async function addressOf(server: string): Promise<string> {
  if (isIP(server) !== 0) return server
  const [, host = server, port = null] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(server) ?? []
  const address = isIP(host) === 0 ? (await lookup(host)).address : host
  const written = isIP(address) === 6 ? `[${address}]` : address
  return port === null ? written : `${written}:${port}`
}

async function recordsOf(resolver: Resolver, { name, type }: DnsAsk): Promise<readonly string[]> {
  switch (type) {
    case 'A':
      return resolver.resolve4(name)
    case 'AAAA':
      return resolver.resolve6(name)
    case 'CNAME':
      return resolver.resolveCname(name)
    case 'MX':
      return (await resolver.resolveMx(name)).flatMap(({ exchange, priority }) => [
        exchange,
        `${priority} ${exchange}`,
      ])
    case 'TXT':
      return (await resolver.resolveTxt(name)).map((parts) => parts.join(''))
    case 'SRV':
      return (await resolver.resolveSrv(name)).map(({ name, port }) => `${name}:${port}`)
  }
}
