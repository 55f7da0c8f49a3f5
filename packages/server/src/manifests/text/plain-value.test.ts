// Goal: JSON is read as JSON. Method: arbitrary values, written by JSON.stringify and read as YAML.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseYaml } from './parse-yaml.ts'
import { aliasBudget, plainDocument } from './plain-value.ts'

it('reads what JSON.stringify writes as JSON.parse reads it, with and without indentation', () => {
  const key = fc.string({ unit: 'binary', maxLength: 10 }).filter((text) => text !== '__proto__')
  const { value: json } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    ),
  }))
  fc.assert(
    fc.property(json, fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      const { documents, faults } = parseYaml({ name: 'a.json', directory: '/', text })
      expect(faults).toEqual([])
      const [document] = documents
      expect(document === undefined ? undefined : plainDocument(document, aliasBudget()).value).toEqual(
        JSON.parse(text),
      )
    }),
    { numRuns: 500 },
  )
})
