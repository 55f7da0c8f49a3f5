/** Prints SLOs as manifests on stdout, and what did not become part of them on stderr. */
import { stringify } from 'yaml'
import { problemDocument } from '../../errors/index.ts'
import { importOpenSlo } from '../../openslo/index.ts'
import { faultLine } from '../failure.ts'
import type { FileOptions } from '../file-options.ts'
import { readManifestFiles } from '../manifest-files.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'

export interface ImportOpenSloOptions extends FileOptions {
  readonly service?: string
  readonly responseTimesIn?: 'ms' | 's'
  readonly partial?: boolean
}

export async function importOpenSloFiles(
  context: CommandContext,
  options: ImportOpenSloOptions,
): Promise<Outcome> {
  const files = await readManifestFiles(context.io, options)
  if (!files.ok) return files
  const { service = null, responseTimesIn = null, partial = false } = options
  const imported = importOpenSlo(files.value, { service, responseTimesIn, partial })
  if (!imported.ok) return { ok: false, error: problemDocument(imported.error) }
  const { manifests, notes } = imported.value
  if (context.json) {
    const flat = notes.map(({ place, ...note }) => ({ ...note, ...place }))
    context.printJson({ manifests, notes: flat })
    return done
  }
  const texts = manifests.map((manifest) => stringify(manifest))
  context.print(texts.join('---\n').trimEnd())
  for (const { place, ...note } of notes) context.note(faultLine({ ...note, ...place }))
  return done
}
