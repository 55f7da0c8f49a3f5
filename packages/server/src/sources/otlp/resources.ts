/** What resources say of themselves, known again by their bytes, since each request brings the same ones. */
import { createByteTable, NO_ENTRY } from '@holdfast/core/health'
import { ByteReader } from '../../otlp/index.ts'
import { readAttribute } from './attributes.ts'
import { factsOf, type ResourceFacts } from './belonging.ts'

/** When there is no room for one more, all begin anew. */
const KEPT = 2_048
const KEPT_BYTES = 4_194_304

const ATTRIBUTE = 0x0a

export interface Resources {
  factsOf(bytes: Uint8Array, start: number, end: number): ResourceFacts
}

export function createResources(): Resources {
  const table = createByteTable({ maxEntries: KEPT, maxBytes: KEPT_BYTES })
  const known: ResourceFacts[] = []
  return {
    factsOf(bytes, start, end) {
      const entry = table.find(bytes, start, end)
      const facts = entry === NO_ENTRY ? undefined : known[table.valueOf(entry)]
      if (facts !== undefined) return facts
      const read = readFacts(bytes, start, end)
      if (table.set(bytes, start, end, known.length) === NO_ENTRY) {
        table.clear()
        known.length = 0
      } else known.push(read)
      return read
    },
  }
}

function readFacts(bytes: Uint8Array, start: number, end: number): ResourceFacts {
  const reader = new ByteReader(bytes)
  reader.at = start
  reader.end = end
  const attributes = new Map<string, string>()
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    if (tag === ATTRIBUTE) readAttribute(reader, attributes)
    else reader.skip(tag)
  }
  return factsOf(attributes)
}
