// Goal: editors are told what the server takes. Method: the committed file against the schema in the code,
// and the example and its mistakes against the file alone.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { manifestJsonSchema } from './json-schema.ts'
import { changed, shopFile, shopFiles } from './testing/shop.ts'

const path = new URL('../../schema/holdfast-v1.schema.json', import.meta.url)
const committed = JSON.parse(readFileSync(path, 'utf8')) as z.core.JSONSchema.JSONSchema & {
  readonly definitions: Record<
    string,
    { readonly pattern?: string; readonly examples?: readonly (string | number)[] }
  >
}

it('is committed as it is generated; if not: npm run generate', () => {
  expect(committed).toEqual(JSON.parse(JSON.stringify(manifestJsonSchema())))
})

it('has examples that its own patterns allow', () => {
  const forms = Object.entries(committed.definitions).filter(([, { pattern }]) => pattern !== undefined)
  expect(forms.length).toBeGreaterThan(8)
  for (const [name, { pattern = '', examples = [] }] of forms)
    for (const example of examples) expect(`${example}`, name).toMatch(new RegExp(pattern))
})

it('takes the example, and refuses an unknown key, a missing unit and a level without its limit', () => {
  const schema = z.fromJSONSchema(committed)
  const accepted = (text: string): boolean =>
    parseAllDocuments(text).every((document) => schema.safeParse(document.toJS()).success)
  const agreement = shopFile('agreement.yaml')
  expect(shopFiles().map(({ text }) => accepted(text))).toEqual([true, true])
  for (const [from, to] of [
    ['service:', 'servise:'],
    ['100ms', '100'],
    ['      limit: 100ms\n', ''],
  ] as const)
    expect(accepted(changed(agreement, from, to).text)).toBe(false)
})
