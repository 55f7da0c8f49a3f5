/**
 * Finds the secret in a request: a Bearer header for programs, the session cookie for the dashboard. A
 * browser sends cookies on its own, also for a page of another origin, so a cookie counts for writes only
 * when the Origin header names this very server. SameSite=Strict alone does not do: all ports of a host,
 * and so every service that runs beside Holdfast, are one site.
 */

export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'bearer'; readonly secret: string }
  | { readonly kind: 'session'; readonly secret: string }

/** A header wins over a cookie: who sends one says which key is meant. */
export function readCredentials(authorization: string | undefined, cookie: string | undefined): Credentials {
  if (authorization !== undefined) {
    const secret = /^bearer +([\w.~+/-]+=*) *$/i.exec(authorization)?.[1]
    return secret === undefined ? { kind: 'malformed' } : { kind: 'bearer', secret }
  }
  return cookie === undefined || cookie === '' ? { kind: 'none' } : { kind: 'session', secret: cookie }
}

const methodsThatOnlyRead: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What decides whether a browser's request is one that the dashboard itself made. */
export interface RequestOrigin {
  readonly method: string
  readonly host: string
  readonly origin: string | undefined
}

export function originAllowed({ method, host, origin }: RequestOrigin): boolean {
  if (methodsThatOnlyRead.has(method)) return true
  return origin !== undefined && (origin === `http://${host}` || origin === `https://${host}`)
}
