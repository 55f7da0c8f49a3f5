/**
 * The dashboard's session cookie. Browsers send a host's cookies to all of its ports, so a service on the
 * same host would be handed the operator's session with every request: the gateway takes it out.
 */
export const sessionCookie = 'holdfast_session'

/** The Cookie header without the session; null when nothing else is in it. */
export function withoutSession(cookie: string): string | null {
  const kept = cookie.split(';').filter((pair) => pair.split('=', 1)[0]?.trim() !== sessionCookie)
  return kept.length === 0 ? null : kept.join(';').trim()
}
