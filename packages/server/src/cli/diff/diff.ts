/** Prints what applying would change, by having the server try it without changing anything. */
import { appliedLines, warningLine } from '../apply/applied-lines.ts'
import type { FileOptions } from '../file-options.ts'
import { readManifestFiles } from '../manifest-files.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'

export async function diff(context: CommandContext, options: FileOptions): Promise<Outcome> {
  const files = await readManifestFiles(context.io, options)
  if (!files.ok) return files
  const answer = await context.api.apply({ files: files.value, dryRun: true })
  if (!answer.ok) return answer
  const differing = answer.value.applied.filter(({ action }) => action !== 'unchanged')
  if (context.json) context.printJson(answer.value)
  else if (differing.length === 0) context.note('Nothing differs.')
  else
    context.print(...differing.flatMap((view) => appliedLines(view, { dryRun: true, paint: context.paint })))
  if (!context.json)
    for (const warning of answer.value.warnings) context.note(`warning: ${warningLine(warning)}`)
  return differing.length === 0 ? done : { ok: true, value: 1 }
}
