// Goal: no text makes the reader throw, and what is valid means the same as YAML and as JSON.
// Method: arbitrary texts, texts of YAML's own signs, and the example shop with passages cut, doubled and replaced.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import { checkManifests } from './check-manifests.ts'
import { readManifests } from './read-manifests.ts'
import { resolveServices } from './resolve.ts'
import { file, manifestsIn, shopFiles } from './testing/shop.ts'

const SIGNS = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ': ',
  '- ',
  '\n',
  '  ',
  '&a',
  '*a',
  '!!x',
  '"',
  "'",
  '|',
  '>',
  '%',
  '#',
  '---',
  '?',
  ',',
  'a',
  '1',
  '\t',
  '__proto__',
  '<<',
]

function survives(text: string): void {
  const read = readManifests([file('any.yaml', text)])
  if (read.ok) {
    checkManifests(read.value)
    resolveServices(read.value)
  } else
    for (const { message, place } of read.error.faults) {
      expect(message).toMatch(/^\S.*\S$/)
      if (place.line !== undefined) expect(place.line).toBeGreaterThan(0)
    }
}

it('never throws on any text', () => {
  fc.assert(fc.property(fc.string({ maxLength: 200, unit: 'binary' }), survives), { numRuns: 300 })
})

it('never throws on any sequence of the signs of YAML', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...SIGNS), { maxLength: 60 }), (signs) => survives(signs.join(''))),
    {
      numRuns: 1_000,
    },
  )
})

it('never throws on a valid manifest in which something was cut, doubled or replaced', () => {
  const whole = shopFiles()
    .map(({ text }) => text)
    .join('\n---\n')
  const mutation = fc.record({
    at: fc.nat(whole.length),
    length: fc.nat(40),
    by: fc.oneof(fc.constant(''), fc.constantFrom(...SIGNS), fc.string({ maxLength: 8 }), fc.constant(null)),
  })
  const mutated = fc.array(mutation, { minLength: 1, maxLength: 4 }).map((mutations) =>
    mutations.reduce((text, { at, length, by }) => {
      const passage = text.slice(at, at + length)
      return text.slice(0, at) + (by ?? passage + passage) + text.slice(at + length)
    }, whole),
  )
  fc.assert(fc.property(mutated, survives), { numRuns: 300 })
})

it('reads any document the same from YAML, from JSON and from its own document again', () => {
  const parsed = manifestsIn(...shopFiles())
  const documents = parsed.map(({ document }) => document)
  const asYaml = manifestsIn(file('a.yaml', documents.map((one) => stringify(one)).join('---\n')))
  const asJson = manifestsIn(...documents.map((one, index) => file(`${index}.json`, JSON.stringify(one))))
  expect(asYaml.map(({ document }) => document)).toEqual(documents)
  expect(asJson.map(({ document }) => document)).toEqual(documents)
  expect(asJson.map(({ manifest }) => manifest)).toEqual(parsed.map(({ manifest }) => manifest))
})
