/** What tests of the gateway stand on: real instances on free ports, a real gateway, and raw connections. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import {
  branded,
  milliseconds,
  type InstanceId,
  type LevelName,
  type PartName,
  type ServiceName,
} from '@holdfast/core/units'
import { systemClock } from '../../clock.ts'
import { createGateway } from './create-gateway.ts'
import type {
  CountedLevel,
  Endpoint,
  Gateway,
  PartRoute,
  RouteLimits,
  ServiceMeasurement,
} from './gateway.ts'
import type { ClientTimeouts } from './listener.ts'

export const SHOP = branded<ServiceName>('shop')
export const WEB = branded<PartName>('web')
export const DATA = branded<PartName>('data')

export interface Instance extends AsyncDisposable {
  readonly endpoint: Endpoint
  readonly server: Server
  /** Connections that were ever opened to it. */
  connections(): number
}

export async function startInstance(id: string, listener: RequestListener, port = 0): Promise<Instance> {
  const server = createServer(listener)
  let connections = 0
  server.on('connection', () => (connections += 1))
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    endpoint: {
      instance: branded<InstanceId>(id),
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
    },
    server,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}

export interface Setting {
  readonly endpoints: readonly Endpoint[]
  readonly data?: readonly Endpoint[]
  readonly concurrency?: number
  readonly levels?: readonly CountedLevel[]
  readonly limits?: Partial<RouteLimits>
  readonly port?: number
}

export interface Shop extends AsyncDisposable {
  readonly gateway: Gateway
  readonly url: string
  readonly port: number
  route(setting: Setting): Promise<void>
  measure(): ServiceMeasurement
  /** The part `web`. */
  web(measured: ServiceMeasurement): ServiceMeasurement['parts'][number]
}

export async function startShop(setting: Setting, timeouts?: ClientTimeouts): Promise<Shop> {
  const gateway = await createGateway({ port: 0, clock: systemClock, ...(timeouts ? { timeouts } : {}) })
  const route = async (next: Setting): Promise<void> => {
    const concurrency = next.concurrency ?? 100
    const parts: PartRoute[] = [{ part: WEB, endpoints: next.endpoints, concurrency }]
    if (next.data !== undefined) parts.push({ part: DATA, endpoints: next.data, concurrency })
    const limits = { queued: 100, responseTimeout: milliseconds(5_000), bodyBytes: 1_000_000, ...next.limits }
    const levels = next.levels ?? []
    await gateway.setRoutes([{ service: SHOP, entry: WEB, port: next.port ?? null, parts, levels, limits }])
  }
  await route(setting)
  const url = gateway.partUrl(SHOP, WEB)
  return {
    gateway,
    url,
    port: Number(new URL(url).port),
    route,
    measure() {
      const [measured] = gateway.measure(systemClock.now())
      if (measured === undefined) throw new Error('the shop has no route')
      return measured
    },
    web(measured) {
      const part = measured.parts.find(({ part }) => part === WEB)
      if (part === undefined) throw new Error('the shop has no part "web"')
      return part
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  }
}

export function level(name: string, counted: Partial<CountedLevel>): CountedLevel {
  return {
    level: branded<LevelName>(name),
    counts: 'response-time',
    limitMs: 100,
    part: null,
    operation: null,
    class: null,
    ...counted,
  }
}

const DEADLINE_MS = 5_000

/** Waits for a condition that nothing announces; the deadline only ends a test that has failed. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 2)
    })
  }
}

/** Something that happens once, and that others wait for. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

export interface RawConnection extends Disposable {
  readonly socket: Socket
  received(): string
  /** Everything until the other side closes. */
  readonly whole: Promise<string>
}

/** A connection over which a test says exactly what it wants, however wrong it is. */
export function rawConnection(port: number, text: string): RawConnection {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => (received += chunk))
  socket.on('error', () => undefined)
  socket.write(text, 'latin1')
  return {
    socket,
    received: () => received,
    whole: new Promise((resolve) => {
      socket.on('close', () => resolve(received))
    }),
    [Symbol.dispose]: () => socket.destroy(),
  }
}
