/** What a meter is told, and what it reads from the environment where it is told nothing. */

export interface MeterOptions {
  /** Of the Holdfast server, such as http://127.0.0.1:7070; else HOLDFAST_URL. */
  readonly url?: string
  /** A key of scope `ingest`; else HOLDFAST_KEY. */
  readonly key?: string
  /** Else HOLDFAST_SERVICE. */
  readonly service?: string
  /** Else HOLDFAST_PART. */
  readonly part?: string
  /** The instance of Holdfast that this process is, if it is one; else HOLDFAST_INSTANCE. */
  readonly instance?: string
  /** How often what was recorded is sent: 5 s if nothing is said, and no less than a fifth of a second. */
  readonly everyMs?: number
  /** A request to Holdfast that takes longer is given up: 3 s if nothing is said. */
  readonly timeoutMs?: number
  /** How long `close` may take: 2 s if nothing is said. */
  readonly closeWithinMs?: number
  /** Which class a request is of: the header that says it, or a function. `x-holdfast-class` if nothing is said. */
  readonly classFrom?: string | ClassOf
  /** Told of once a round, when sending does not work and when it works again. It must not throw; if it does, nobody hears. */
  readonly onState?: (state: MeterState) => void
  /** Sends in the place of the global `fetch`. */
  readonly fetch?: typeof fetch
}

/** Who sent a request, as its headers tell. */
export interface Asker {
  readonly client: string | null
  readonly header: (name: string) => string | null
}

export type ClassOf = (asker: Asker) => string | null | undefined

export interface MeterState {
  /** off: something it needs was not given; away: the last request to Holdfast failed. */
  readonly is: 'off' | 'waiting' | 'sending' | 'away' | 'closed'
  /** What is wrong and what to do; null where nothing is. */
  readonly says: string | null
  /** Batches that Holdfast has. */
  readonly sent: number
  readonly failures: number
  /** Operations that could not be handed on: refused for good, or left when the meter was closed. */
  readonly lost: number
}

export interface Settings {
  readonly endpoint: string
  readonly key: string
  readonly part: string
  readonly instance: string | null
  readonly everyMs: number
  readonly timeoutMs: number
  readonly closeWithinMs: number
  readonly classFrom: string | ClassOf
  readonly onState: (state: MeterState) => void
  readonly fetch: typeof fetch
}

const EVERY_MS = 5_000
const LEAST_EVERY_MS = 200
const TIMEOUT_MS = 10_000
const CLOSE_WITHIN_MS = 2_000
const CLASS_HEADER = 'x-holdfast-class'

/** In words what is missing, where something is. */
export function settingsOf(options: MeterOptions): Settings | string {
  const needed = {
    url: options.url ?? fromEnvironment('HOLDFAST_URL'),
    key: options.key ?? fromEnvironment('HOLDFAST_KEY'),
    service: options.service ?? fromEnvironment('HOLDFAST_SERVICE'),
    part: options.part ?? fromEnvironment('HOLDFAST_PART'),
  }
  const missing = Object.entries(needed).filter(([, value]) => value === '')
  if (missing.length > 0) {
    const names = missing.map(([name]) => `${name} (or HOLDFAST_${name.toUpperCase()})`)
    return `Nothing is measured: give createMeter ${names.join(', ')}.`
  }
  const endpoint = endpointOf(needed.url, needed.service)
  if (endpoint === null) return `Nothing is measured: "${needed.url}" is no http or https address.`
  return {
    endpoint,
    key: needed.key,
    part: needed.part,
    instance: (options.instance ?? fromEnvironment('HOLDFAST_INSTANCE')) || null,
    everyMs: Math.max(LEAST_EVERY_MS, positive(options.everyMs, EVERY_MS)),
    timeoutMs: positive(options.timeoutMs, TIMEOUT_MS),
    closeWithinMs: positive(options.closeWithinMs, CLOSE_WITHIN_MS),
    classFrom: options.classFrom ?? CLASS_HEADER,
    onState: options.onState ?? (() => {}),
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
  }
}

const positive = (given: number | undefined, otherwise: number): number =>
  given !== undefined && given > 0 && given < Infinity ? given : otherwise

function endpointOf(url: string, service: string): string | null {
  try {
    const base = new URL(url.endsWith('/') ? url : `${url}/`)
    if (!/^https?:$/.test(base.protocol)) return null
    return new URL(`v1/services/${encodeURIComponent(service)}/operations`, base).href
  } catch {
    return null
  }
}

/** Empty where there is none, as in a browser. */
function fromEnvironment(name: string): string {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } }
  return process?.env?.[name] ?? ''
}
