/** Sends manifests to be applied and prints what became of each. */
import type { AppliedView } from '../../http/api.ts'
import type { FileOptions } from '../file-options.ts'
import { readManifestFiles } from '../manifest-files.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { appliedLines, reference, warningLine } from './applied-lines.ts'

export interface ApplyOptions extends FileOptions {
  readonly dryRun?: boolean
}

export async function apply(context: CommandContext, options: ApplyOptions): Promise<Outcome> {
  const files = await readManifestFiles(context.io, options)
  if (!files.ok) return files
  const dryRun = options.dryRun === true
  const answer = await context.api.apply({ files: files.value, dryRun })
  if (!answer.ok) return answer
  if (context.json) {
    context.printJson(answer.value)
    return done
  }
  const { applied, warnings } = answer.value
  context.print(...applied.flatMap((view) => appliedLines(view, { dryRun, paint: context.paint })))
  for (const warning of warnings) context.note(`warning: ${warningLine(warning)}`)
  context.note(nextStep(applied, dryRun))
  return done
}

function nextStep(applied: readonly AppliedView[], dryRun: boolean): string {
  if (applied.length === 0) return 'There was no document in it.'
  if (applied.every(({ action }) => action === 'unchanged')) return 'Nothing changed.'
  if (dryRun) return 'Nothing was changed; apply without --dry-run to do it.'
  const service = applied.find(({ kind }) => kind === 'Service')
  if (service !== undefined) return `See how it does: holdfast describe service ${service.name}`
  const first = applied.find(({ action }) => action !== 'unchanged')
  return first === undefined ? '' : `See it: holdfast describe ${reference(first).replace('/', ' ')}`
}
