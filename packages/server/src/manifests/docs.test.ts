// Goal: what the documentation shows can be applied, and no editor that knows the schema objects to it. Method: each
// block of YAML is read: a whole document as it is, some keys of a spec within the example shop.
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { importOpenSlo } from '../openslo/index.ts'
import { checkManifests } from './check-manifests.ts'
import { readManifests } from './read-manifests.ts'
import { file, linesOf, manifestsIn, shopFile } from './testing/shop.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

interface Block {
  readonly where: string
  readonly text: string
}

const blocks = globSync(['README.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: root }).flatMap(
  (page): readonly Block[] => {
    const text = readFileSync(`${root}${page}`, 'utf8')
    return [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => ({
      where: `${page}:${text.slice(0, match.index).split('\n').length}`,
      text: match[1] ?? '',
    }))
  },
)

const SERVICE_KEYS = new Set(['mode', 'hints', 'batch', 'gateway', 'parts'])

const schemaFile = new URL('../../schema/holdfast-v1.schema.json', import.meta.url)
const editorSchema = z.fromJSONSchema(JSON.parse(readFileSync(schemaFile, 'utf8')))

/** What is wrong with documents for the server, and what an editor would mark. */
function faultsOfManifests(name: string, text: string, check: boolean): readonly string[] {
  const read = readManifests([file(name, text)], 'shop')
  if (!read.ok) return linesOf(read.error)
  const marked = read.value.flatMap(({ document }) => {
    const { success, error } = editorSchema.safeParse(document)
    return success ? [] : [`An editor marks: ${error.message}`]
  })
  return check ? [...linesOf({ faults: checkManifests(read.value) }), ...marked] : marked
}

/** The shop's own documents with some keys of a spec replaced. */
function withinTheShop(fragment: string): readonly string[] {
  const keys: unknown = parse(fragment)
  if (typeof keys !== 'object' || keys === null) return ['The block is no mapping.']
  const ofService = Object.keys(keys).some((key) => SERVICE_KEYS.has(key))
  const documents = manifestsIn(shopFile('service.yaml'), shopFile('agreement.yaml')).map(({ document }) => {
    const changed = document['kind'] === (ofService ? 'Service' : 'Agreement')
    const spec: unknown = document['spec']
    return changed && typeof spec === 'object' ? { ...document, spec: { ...spec, ...keys } } : document
  })
  const text = documents.map((document) => JSON.stringify(document)).join('\n---\n')
  return faultsOfManifests('shop.json', text, true)
}

function faultsIn(text: string): readonly string[] {
  if (/^apiVersion: openslo\/v1$/m.test(text)) {
    const read = importOpenSlo([file('slo.yaml', text)], {
      service: null,
      responseTimesIn: null,
      partial: false,
    })
    return read.ok ? [] : linesOf(read.error)
  }
  if (!/^apiVersion:/m.test(text)) return withinTheShop(text)
  return faultsOfManifests('block.yaml', text, false)
}

describe('the YAML that the documentation shows', () => {
  it('is found', () => {
    expect(blocks.length).toBeGreaterThan(10)
  })

  it.each(blocks)('can be applied: $where', ({ text }) => {
    expect(faultsIn(text)).toEqual([])
  })
})
