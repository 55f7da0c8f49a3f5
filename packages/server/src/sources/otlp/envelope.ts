/**
 * Both kinds of requests are wrapped alike: resources, in each scopes, in each metrics or spans. Goes through them and
 * hands each on with the facts of its resource, wherever in the bytes those stand.
 */
import type { ByteReader } from '../../otlp/index.ts'
import type { ResourceFacts } from './belonging.ts'
import type { Resources } from './resources.ts'

const [RESOURCE_OF_ALL, RESOURCE, SCOPE, ITEM] = [0x0a, 0x0a, 0x12, 0x12] as const

/** The reader stands at the beginning of each item that is handed on, and must be left at its end. */
export function* itemsOf(reader: ByteReader, resources: Resources): Generator<ResourceFacts> {
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    if (tag !== RESOURCE_OF_ALL) {
      reader.skip(tag)
      continue
    }
    const outer = reader.enter()
    const facts = factsWithin(reader, resources)
    while (!reader.isAtEnd) {
      const tag = reader.tag()
      if (tag === SCOPE) yield* itemsOfScope(reader, facts)
      else reader.skip(tag)
    }
    reader.leave(outer)
  }
}

function* itemsOfScope(reader: ByteReader, facts: ResourceFacts): Generator<ResourceFacts> {
  const outer = reader.enter()
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    if (tag !== ITEM) {
      reader.skip(tag)
      continue
    }
    const scope = reader.enter()
    yield facts
    reader.leave(scope)
  }
  reader.leave(outer)
}

function factsWithin(reader: ByteReader, resources: Resources): ResourceFacts {
  const begin = reader.at
  let [start, end] = [begin, begin]
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    if (tag === RESOURCE) {
      end = reader.length()
      start = reader.at
      reader.at = end
    } else reader.skip(tag)
  }
  reader.at = begin
  return resources.factsOf(reader.bytes, start, end)
}
