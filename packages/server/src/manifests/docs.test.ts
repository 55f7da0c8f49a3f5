// Goal: what the documentation shows can be applied. Method: each block of YAML is read: a whole document as it is,
// some keys of a spec within the example shop.
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
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
  const read = readManifests([
    file('shop.json', documents.map((document) => JSON.stringify(document)).join('\n---\n')),
  ])
  return linesOf({ faults: read.ok ? checkManifests(read.value) : read.error.faults })
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
  const read = readManifests([file('block.yaml', text)])
  return read.ok ? [] : linesOf(read.error)
}

describe('the YAML that the documentation shows', () => {
  it('is found', () => {
    expect(blocks.length).toBeGreaterThan(10)
  })

  it.each(blocks)('can be applied: $where', ({ text }) => {
    expect(faultsIn(text)).toEqual([])
  })
})
