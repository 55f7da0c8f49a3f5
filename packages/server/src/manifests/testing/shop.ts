/** The example shop as text, for tests that change one thing in it. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Problem } from '../../errors/index.ts'
import type { ParsedManifest } from '../manifest.ts'
import { readManifests } from '../read-manifests.ts'
import type { SourceFile } from '../text/parse-yaml.ts'

export const shopDirectory: string = fileURLToPath(
  new URL('../../../../../examples/three-part/', import.meta.url),
)

export function shopFile(name: 'service.yaml' | 'agreement.yaml'): SourceFile {
  return file(name, readFileSync(`${shopDirectory}${name}`, 'utf8'))
}

export const shopFiles = (): readonly SourceFile[] => [shopFile('service.yaml'), shopFile('agreement.yaml')]

export const file = (name: string, text: string): SourceFile => ({ name, directory: shopDirectory, text })

/** The file with one passage replaced, which must be in it. */
export function changed({ name, text, directory }: SourceFile, from: string, to: string): SourceFile {
  if (!text.includes(from)) throw new Error(`${name} does not contain ${from}`)
  return { name, directory, text: text.replace(from, to) }
}

/** File, line and column, from 1, of a passage. */
export function placeOf({ name, text }: SourceFile, passage: string): string {
  const before = text.slice(0, text.indexOf(passage)).split('\n')
  return `${name}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}

export function manifestsIn(...files: readonly SourceFile[]): readonly ParsedManifest[] {
  const read = readManifests(files)
  if (!read.ok) throw new Error(JSON.stringify(read.error, null, 2))
  return read.value
}

export function problemIn(...files: readonly SourceFile[]): Problem {
  const read = readManifests(files)
  if (read.ok) throw new Error('The manifests were accepted.')
  return read.error
}

/** Each fault as the CLI's line would begin, with what it says. */
export function linesOf({ faults }: Pick<Problem, 'faults'>): readonly string[] {
  return faults.map(({ message, hint, place }) => {
    const at = [place.source, place.line, place.column].filter((one) => one !== undefined).join(':')
    return [at, place.pointer, message, hint].filter((one) => one !== undefined && one !== '').join(' | ')
  })
}
