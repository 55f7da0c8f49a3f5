/** Prints agreements as documents of OpenSLO on stdout, and what other readers do not see of them on stderr. */
import type { Result } from '@holdfast/core/units'
import { stringify } from 'yaml'
import { problemDocument } from '../../errors/index.ts'
import type { ApplyRequest } from '../../http/api.ts'
import { exportOpenSloFiles } from '../../openslo/index.ts'
import { failure, faultLine, type ProblemDocument } from '../failure.ts'
import type { FileOptions } from '../file-options.ts'
import { readManifestFiles } from '../manifest-files.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'

export async function exportOpenSloOf(
  context: CommandContext,
  name: string | undefined,
  options: FileOptions,
): Promise<Outcome> {
  const files = await filesOf(context, name, options)
  if (!files.ok) return files
  const exported = exportOpenSloFiles(files.value)
  if (!exported.ok) return { ok: false, error: problemDocument(exported.error) }
  const { documents, notes } = exported.value
  if (documents.length === 0) {
    const hint = 'An agreement begins with "apiVersion: holdfast/v1" and "kind: Agreement".'
    return { ok: false, error: failure('usage', 'There is no agreement in what was given.', { hint }) }
  }
  if (context.json) {
    const flat = notes.map(({ place, ...note }) => ({ ...note, ...place }))
    context.printJson({ documents, notes: flat })
    return done
  }
  const texts = documents.map((document) => stringify(document))
  context.print(texts.join('---\n').trimEnd())
  for (const { place, ...note } of notes) context.note(faultLine({ ...note, ...place }))
  return done
}

/** What -f names, or the document of one that was applied. */
async function filesOf(
  { io, api }: CommandContext,
  name: string | undefined,
  options: FileOptions,
): Promise<Result<ApplyRequest['files'], ProblemDocument>> {
  if ((name === undefined) === (options.filename.length === 0)) {
    const hint = 'Write `holdfast export openslo -f agreement.yaml` or `holdfast export openslo AGREEMENT`.'
    return { ok: false, error: failure('usage', 'Name either a file or an agreement.', { hint }) }
  }
  if (name === undefined) return readManifestFiles(io, options)
  const answer = await api.manifest('agreements', name)
  if (!answer.ok) return answer
  const text = JSON.stringify(answer.value.document)
  return { ok: true, value: [{ name: `agreement/${name}`, directory: io.cwd, text }] }
}
