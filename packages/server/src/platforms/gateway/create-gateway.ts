/**
 * The gateway in front of all instances: one internal port over which parts call each other by path, and
 * one port for each service that has its own. See gateway.ts for what it promises.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { EpochMs, PartName, ServiceName } from '@holdfast/core/units'
import type { Clock } from '../../clock.ts'
import { forward } from './forward.ts'
import type { Gateway, RouteFault, ServiceMeasurement, ServiceRoute } from './gateway.ts'
import { defaultClientTimeouts, Listener, type ClientTimeouts } from './listener.ts'
import { closingRefusal, rawRefusal, refusalBody, refusalHeaders, refusal, type Refusal } from './refusal.ts'
import { readHead, readTarget, type HeadFault, type RequestHead } from './request-head.ts'
import { RouteTable, type Resolved } from './route-table.ts'
import { tunnel } from './upgrade.ts'

export interface GatewayOptions {
  /** The port over which parts call each other; 0 for any that is free. */
  readonly port: number
  readonly clock: Clock
  readonly timeouts?: ClientTimeouts
  /** Called when an operation waits for a part that has no instance (A3.19). */
  readonly onWaiting?: () => void
}

/** Whoever wants to be reached from elsewhere puts a proxy with TLS in front. */
const HOST = '127.0.0.1'

/** How long what is under way may take to finish when a port is closed or the gateway ends. */
const CLOSING_GRACE_MS = 5_000

/** Rejects when the internal port cannot be had. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const table = new RouteTable(options.onWaiting)
  const timeouts = options.timeouts ?? defaultClientTimeouts
  const internal = new Listener(
    receiveBy((path) => resolveByPath(table, path)),
    timeouts,
  )
  const internalPort = await internal.listen({ host: HOST, port: options.port })
  return new RunningGateway({ ...options, timeouts, table, internal, internalPort })
}

interface Running extends GatewayOptions {
  readonly timeouts: ClientTimeouts
  readonly table: RouteTable
  readonly internal: Listener
  readonly internalPort: number
}

interface ServiceListener {
  readonly listener: Listener
  /** May change hands, when two services exchange their ports. */
  service: ServiceName
}

class RunningGateway implements Gateway {
  readonly #with: Running
  readonly #listeners = new Map<number, ServiceListener>()
  /** Listeners that are being closed; the gateway has not ended before they have. */
  readonly #closing = new Set<Promise<void>>()
  #lastChange: Promise<unknown> = Promise.resolve()

  constructor(running: Running) {
    this.#with = running
  }

  partUrl(service: ServiceName, part: PartName): string {
    return `http://${HOST}:${this.#with.internalPort}/${service}/${part}`
  }

  /** Changes are made one after the other, however quickly they are asked for. */
  setRoutes(routes: readonly ServiceRoute[]): Promise<readonly RouteFault[]> {
    const change = this.#lastChange.then(() => this.#change(routes))
    this.#lastChange = change.catch(() => undefined)
    return change
  }

  measure(now: EpochMs): readonly ServiceMeasurement[] {
    return this.#with.table.measure(now)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lastChange
    for (const port of this.#listeners.keys()) this.#closeListener(port)
    await Promise.all([...this.#closing, this.#with.internal.close(CLOSING_GRACE_MS)])
    this.#with.table.setRoutes([], this.#with.clock.now())
  }

  async #change(routes: readonly ServiceRoute[]): Promise<readonly RouteFault[]> {
    this.#with.table.setRoutes(routes, this.#with.clock.now())
    const wanted = new Set(routes.map(({ port }) => port))
    for (const port of this.#listeners.keys()) if (!wanted.has(port)) this.#closeListener(port)
    const faults: RouteFault[] = []
    const taken = new Map<number, ServiceName>()
    for (const { service, port } of routes) {
      if (port === null) continue
      const owner = taken.get(port)
      if (owner !== undefined) {
        faults.push({ service, code: 'port-taken', says: `Port ${port} belongs to the service "${owner}".` })
        continue
      }
      taken.set(port, service)
      const fault = await this.#openListener(service, port)
      if (fault !== null) faults.push(fault)
    }
    return faults
  }

  async #openListener(service: ServiceName, port: number): Promise<RouteFault | null> {
    const open = this.#listeners.get(port)
    if (open !== undefined) {
      open.service = service
      return null
    }
    const { table, timeouts } = this.#with
    const holder: ServiceListener = {
      service,
      listener: new Listener(
        receiveBy((path) => resolveEntry(table, holder.service, path)),
        timeouts,
      ),
    }
    try {
      await holder.listener.listen({ host: HOST, port })
    } catch (error) {
      return portFault(service, port, error)
    }
    this.#listeners.set(port, holder)
    return null
  }

  #closeListener(port: number): void {
    const open = this.#listeners.get(port)
    if (open === undefined) return
    this.#listeners.delete(port)
    const closed = open.listener.close(CLOSING_GRACE_MS)
    this.#closing.add(closed)
    void closed.finally(() => this.#closing.delete(closed))
  }
}

interface Destination extends Resolved {
  readonly isEntry: boolean
}

function resolveByPath(table: RouteTable, path: string): Destination | null {
  const resolved = table.resolve(path)
  return resolved === null ? null : { ...resolved, isEntry: resolved.part.service.entry === resolved.part }
}

function resolveEntry(table: RouteTable, service: ServiceName, path: string): Destination | null {
  const part = table.service(service)?.entry ?? null
  return part === null ? null : { part, target: path, isEntry: true }
}

type Admitted =
  | { readonly kind: 'admitted'; readonly destination: Destination; readonly head: RequestHead }
  | { readonly kind: 'turned-away'; readonly refused: Refusal }

const NO_SUCH_PART = refusal(404, 'No part of a service is served at this path.')
const NO_PATH = closingRefusal(400, 'The request target is no path.')

function admit(request: IncomingMessage, resolve: (path: string) => Destination | null): Admitted {
  const asked = readTarget(request.url ?? '')
  if (asked === null) return { kind: 'turned-away', refused: NO_PATH }
  const destination = resolve(asked.path)
  if (destination === null) return { kind: 'turned-away', refused: NO_SUCH_PART }
  const head = readHead(request, destination.target, asked.authority)
  return isFault(head)
    ? { kind: 'turned-away', refused: closingRefusal(head.status, head.says) }
    : { kind: 'admitted', destination, head }
}

function isFault(head: RequestHead | HeadFault): head is HeadFault {
  return 'status' in head
}

function receiveBy(resolve: (path: string) => Destination | null) {
  return {
    request(request: IncomingMessage, response: ServerResponse): void {
      const admitted = admit(request, resolve)
      if (admitted.kind === 'turned-away') {
        const body = refusalBody(admitted.refused)
        response.writeHead(admitted.refused.status, refusalHeaders(admitted.refused, body)).end(body)
        return
      }
      const { destination, head } = admitted
      forward({ part: destination.part, head, isEntry: destination.isEntry, request, response })
    },
    upgrade(request: IncomingMessage, socket: Duplex, early: Buffer): void {
      const protocol = request.headers.upgrade ?? ''
      const admitted = admit(request, resolve)
      if (admitted.kind === 'turned-away') {
        socket.on('error', () => socket.destroy())
        socket.end(rawRefusal(admitted.refused))
        return
      }
      const { destination, head } = admitted
      tunnel({ part: destination.part, head, isEntry: destination.isEntry, protocol, socket, early })
    },
  }
}

function portFault(service: ServiceName, port: number, error: unknown): RouteFault {
  const cause = error instanceof Error ? error : new Error(String(error))
  const code = 'code' in cause ? cause.code : null
  if (code === 'EADDRINUSE') {
    return { service, code: 'port-taken', says: `Port ${port} is used by another program.` }
  }
  if (code === 'EACCES') {
    return { service, code: 'port-not-allowed', says: `Port ${port} may not be opened without more rights.` }
  }
  return { service, code: 'port-unusable', says: `Port ${port} cannot be opened: ${cause.message}.` }
}
