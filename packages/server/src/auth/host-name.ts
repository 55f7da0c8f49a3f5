/**
 * Guards against DNS rebinding: a page of another site can point its own name at 127.0.0.1 and let the
 * browser of an operator call this server, but it cannot make the browser send another Host header.
 */

const loopbackNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** `host` is the Host header, with or without a port; `configured` are further names, without ports. */
export function hostAllowed(host: string | undefined, configured: readonly string[]): boolean {
  const name = host?.toLowerCase().replace(/:\d+$/, '')
  return (
    name !== undefined && (loopbackNames.has(name) || configured.some((each) => each.toLowerCase() === name))
  )
}
