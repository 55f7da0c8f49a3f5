/**
 * Says to Holdfast who calls: the client and its class travel as request headers, so that levels, figures
 * and routing can be told apart by them. Works wherever `fetch` does.
 */

export interface Identity {
  /** Stable for one client: an account, a device, a session. At most 128 visible ASCII characters. */
  readonly client: string
  /** The class that was agreed with it, such as "gold". */
  readonly class?: string
}

export const CLIENT_HEADER = 'x-holdfast-client'
export const CLASS_HEADER = 'x-holdfast-class'

const MAX_LENGTH = 128

/**
 * Returns a `fetch` that says on every request who calls. A name that can't be a header is left out rather
 * than thrown at the application.
 *
 * @example
 * const shopFetch = withIdentity(fetch, { client: 'account-17', class: 'gold' })
 * await shopFetch('https://shop.example/cart')
 */
export function withIdentity(inner: typeof fetch, identity: Identity): typeof fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
    for (const [name, value] of Object.entries(identityHeaders(identity))) headers.set(name, value)
    return inner(input, { ...init, headers })
  }
}

/** The same as plain headers, for clients that don't use `fetch`. */
export function identityHeaders(identity: Identity): Record<string, string> {
  const headers: Record<string, string> = {}
  if (isName(identity.client)) headers[CLIENT_HEADER] = identity.client
  if (identity.class !== undefined && isName(identity.class)) headers[CLASS_HEADER] = identity.class
  return headers
}

const isName = (text: string): boolean => text.length <= MAX_LENGTH && /^[\u0021-\u007e]+$/.test(text)
