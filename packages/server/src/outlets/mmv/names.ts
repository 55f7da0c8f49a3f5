/** Names as the format takes them: of files, which stand before the names of metrics, of metrics, and of instances. */
import { NAME_BYTES } from './format.ts'

export const FILE_PREFIX = 'holdfast_'

/** Leaves room for what tells two apart, on file systems that take names of 255 bytes. */
const MAX_CHARACTERS = 200

/** Whatever the service is called: letters, digits and underscores, and none of those that are taken. */
export function fileName(service: string, isTaken: (name: string) => boolean): string {
  const plain = `${FILE_PREFIX}${service.replaceAll(/[^A-Za-z0-9_]/g, '_').slice(0, MAX_CHARACTERS)}`
  return firstFree(plain, (nth) => `${plain}_${nth}`, isTaken)
}

/** Each fits into its place with the zero at its end, and none is there twice. */
export function instanceNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    const found = firstFree(
      cut(name, NAME_BYTES - 1),
      (nth) => `${cut(name, NAME_BYTES - 1 - `~${nth}`.length)}~${nth}`,
      (one) => taken.has(one),
    )
    taken.add(found)
    return found
  })
}

/** Letters, digits and underscores, a letter first, of at most so many bytes, and none is there twice. */
export function metricNames(names: readonly string[], bytes: number): readonly string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    const plain = name.replaceAll(/[^A-Za-z0-9_]/g, '_')
    const safe = /^[A-Za-z]/.test(plain) ? plain : `m${plain}`
    const found = firstFree(
      safe.slice(0, bytes),
      (nth) => `${safe.slice(0, bytes - `_${nth}`.length)}_${nth}`,
      (one) => taken.has(one),
    )
    taken.add(found)
    return found
  })
}

function firstFree(
  plain: string,
  numbered: (nth: number) => string,
  isTaken: (name: string) => boolean,
): string {
  let name = plain
  for (let nth = 2; isTaken(name); nth++) name = numbered(nth)
  return name
}

/** Never within a character. */
function cut(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes))
  return text.slice(0, read)
}
