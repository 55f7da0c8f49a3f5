/** What every route is given: the server's dependencies and what the HTTP server itself keeps. */
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Access, Identity } from '../auth/index.ts'
import type { Journal } from '../journal/journal.ts'
import type { HttpDependencies } from './dependencies.ts'
import type { EventHub } from './events/event-hub.ts'
import type { KnownKeys } from './known-keys.ts'
import type { Serial } from './serial.ts'

export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

export interface HttpContext extends HttpDependencies {
  readonly journal: Journal
  readonly events: EventHub
  /** Changes of manifests go one after another: what a check saw still holds when it is written. */
  readonly oneChangeAtATime: Serial
  /** For the short way of clients' updates. */
  readonly knownKeys: KnownKeys
  readonly draining: () => boolean
}

export interface RouteEntry {
  readonly method: string
  readonly url: string
  readonly access: Access
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route; every route must say it. */
    access?: Access
    /** Programs call it every few seconds: what goes well is not worth a line. */
    frequent?: boolean
    /** Health checks come from load balancers that call by address. */
    anyHost?: boolean
  }
  interface FastifyRequest {
    /** Null on public routes only. */
    identity: Identity | null
  }
  interface FastifyInstance {
    /** All routes, for tests that must know of each one. */
    readonly routeTable: readonly RouteEntry[]
    /** First phase of a shutdown: not ready any more, live streams end; requests are still answered. */
    drain(): void
  }
}

/** For handlers of routes that need a key: there the hook has set it. */
export function identityOf({ identity, routeOptions }: FastifyRequest): Identity {
  if (identity === null)
    throw new Error(`The route ${routeOptions.url} asks for an identity and needs no key.`)
  return identity
}
