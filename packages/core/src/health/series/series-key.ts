/** A series by name and labels as one text, which is kept in the place of an object for each. */
import type { About, Series } from './series.ts'

const SEPARATOR = '\u0000'
/** No label holds the separator; what stands for it, nobody writes. */
const clean = (text: string): string =>
  text.includes(SEPARATOR) ? text.replaceAll(SEPARATOR, '\uFFFD') : text

/** The order of labels does not matter; one without a value is none. */
export function seriesKey(about: number, name: string, labels: Series['labels']): string {
  let key = `${about}${SEPARATOR}${clean(name)}`
  const names = Object.keys(labels)
  if (names.length > 1) names.sort()
  for (const label of names) {
    const value = labels[label] ?? ''
    if (value !== '') key += `${SEPARATOR}${clean(label)}${SEPARATOR}${clean(value)}`
  }
  return key
}

export function seriesOfKey(
  key: string,
  aboutAt: (index: number) => About,
): Pick<Series, 'about' | 'name' | 'labels'> {
  const [about = '0', name = '', ...pairs] = key.split(SEPARATOR)
  const labels: Record<string, string> = {}
  for (let i = 0; i < pairs.length; i += 2) labels[pairs[i] ?? ''] = pairs[i + 1] ?? ''
  return { about: aboutAt(Number(about)), name, labels }
}

/** The number that a key begins with, out of its bytes. */
export function aboutOfKey(bytes: Uint8Array): number {
  let number = 0
  for (const byte of bytes) {
    if (byte < 0x30 || byte > 0x39) break
    number = number * 10 + byte - 0x30
  }
  return number
}

/** Writes the bytes of a key: one for each letter of English, three for what is beyond. */
export interface KeyWriter {
  /** How many; they are in `bytes()` until the next key is written. */
  write(key: string): number
  readonly bytes: () => Uint8Array
}

export function createKeyWriter(): KeyWriter {
  let bytes = new Uint8Array(256)
  return {
    bytes: () => bytes,
    write(key) {
      if (key.length * 3 > bytes.length) bytes = new Uint8Array(key.length * 6)
      let length = 0
      for (let i = 0; i < key.length; i++) {
        const unit = key.charCodeAt(i)
        if (unit < 0x80) bytes[length++] = unit
        else {
          bytes[length++] = 0xe0 | (unit >> 12)
          bytes[length++] = 0x80 | ((unit >> 6) & 0x3f)
          bytes[length++] = 0x80 | (unit & 0x3f)
        }
      }
      return length
    },
  }
}

export function keyOfBytes(bytes: Uint8Array): string {
  let key = ''
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    if (byte < 0x80) key += String.fromCharCode(byte)
    else {
      key += String.fromCharCode(
        ((byte & 0x0f) << 12) | (((bytes[i + 1] ?? 0) & 0x3f) << 6) | ((bytes[i + 2] ?? 0) & 0x3f),
      )
      i += 2
    }
  }
  return key
}
