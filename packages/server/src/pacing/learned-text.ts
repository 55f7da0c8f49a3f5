/** What was learned of a watch's clients, and how they are laid out, as text for the store and back. */
import type { WatchedParameter } from '@holdfast/core/pacing'
import type { Told } from './exchange.ts'
import type { Layout, Learned } from './paced-watch.ts'

const VERSION = 1

export const layoutText = ({ parameters, seed }: Layout): string =>
  JSON.stringify({ version: VERSION, seed, parameters: parameters.map(({ name, type }) => ({ name, type })) })

/** Null for one of another version. */
export function parseLayout(text: string): Layout | null {
  const { version, seed, parameters } = JSON.parse(text) as {
    readonly version: number
    readonly seed: number
    readonly parameters: readonly WatchedParameter[]
  }
  return version === VERSION ? { seed, parameters } : null
}

/** With what it tells other servers. */
export interface Kept {
  readonly learned: Learned
  readonly told: Pick<Told, 'group' | 'perSecond'>
}

/** Tables of figures are single floats: a quarter of the digits, and as exact as anything that was measured. */
const TABLE = 'f32'

export function keptText(kept: Kept): string {
  return JSON.stringify(kept, (_key, value: unknown) => {
    if (value instanceof Map) return { map: [...value] }
    if (!(value instanceof Float64Array)) return value
    return { [TABLE]: Buffer.from(Float32Array.from(value).buffer).toString('base64') }
  })
}

export function parseKept(text: string): Kept {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    if ('map' in value) return new Map(value.map as readonly (readonly [unknown, unknown])[])
    if (!(TABLE in value)) return value
    const bytes = Buffer.from(String(value[TABLE]), 'base64')
    const floats = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
    return Float64Array.from(floats)
  }) as Kept
}
