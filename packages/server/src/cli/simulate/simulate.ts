/** Runs a service under its agreement in a simulated world, alone or beside the rules of other autoscalers. */
import { resolve } from 'node:path'
import type { Result } from '@holdfast/core/units'
import { problem, problemDocument } from '../../errors/index.ts'
import type { DeclaredService } from '../../declared/index.ts'
import { failure, type ProblemDocument } from '../failure.ts'
import type { FileOptions } from '../file-options.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { createProgress } from '../progress.ts'
import { findService } from '../quote/find-service.ts'
import { readContenders } from './contenders.ts'
import { pictureOf } from './picture.ts'
import { readLoad, type LoadOptions } from './read-load.ts'
import { runAll } from './run-all.ts'
import { simulationPage } from './simulation-page.ts'
import { simulationView } from './simulation-view.ts'

export interface SimulateOptions extends FileOptions, LoadOptions {
  readonly seed: string
  readonly against?: string
  readonly picture?: string
}

export async function simulate(context: CommandContext, options: SimulateOptions): Promise<Outcome> {
  const { io, json } = context
  const seed = Number(options.seed)
  if (!Number.isSafeInteger(seed)) return refused(`--seed ${options.seed} is not a whole number.`)
  const contenders = readContenders(options.against)
  if (!contenders.ok) return contenders
  const load = await readLoad(io, options)
  if (!load.ok) return load
  const found = await findService(io, options)
  if (!found.ok) return found
  const cannot = whyNot(found.value)
  if (cannot !== null) return { ok: false, error: cannot }
  const progress = createProgress(io, !json)
  const simulated = runAll({
    ...termsOf(found.value),
    ...load.value,
    seed,
    contenders: contenders.value,
    progress: (what, share) => progress.show(what, share),
  })
  progress.end()
  if (json) context.printJson(simulationView(simulated))
  else context.print(...simulationPage(simulated, context))
  if (options.picture !== undefined) {
    const written = await write(context, options.picture, pictureOf(simulated))
    if (!written.ok) return written
  }
  return simulated.violations === 0 ? done : { ok: true, value: 1 }
}

/**
 * What is simulated is taken to be in force, from whenever it is stated to be, and to be carried out: that is what
 * is asked, also of a service that is only advised.
 */
function termsOf({ resolved, agreementManifests }: DeclaredService) {
  const named = new Set(agreementManifests.map(({ manifest }) => manifest.metadata.name))
  return {
    service: { ...resolved.service, mode: 'act' as const },
    advised: resolved.service.mode === 'advise',
    agreements: resolved.agreements
      .filter(({ name }) => named.has(name))
      .map((agreement) => ({ ...agreement, from: null })),
  }
}

function whyNot({ resolved: { service }, serviceManifest }: DeclaredService): ProblemDocument | null {
  const says = 'The service says too little to be simulated.'
  if (service.entry === null) {
    const message = 'It takes no operations: it has no gateway with an entry.'
    const place = serviceManifest.locate(['spec'])
    return problemDocument(problem('manifest-invalid', says, [{ message, hint: '', place }]))
  }
  const faults = service.parts.flatMap(({ name, characteristics }, index) => {
    if (characteristics !== null) return []
    const message = `Part "${name}" has no characteristics.`
    const hint = `State what one instance does, or find it with \`holdfast profile ${service.name}\`.`
    return [{ message, hint, place: serviceManifest.locate(['spec', 'parts', index]) }]
  })
  return faults.length === 0 ? null : problemDocument(problem('manifest-invalid', says, faults))
}

async function write(
  { io, note }: CommandContext,
  file: string,
  text: string,
): Promise<Result<void, ProblemDocument>> {
  try {
    await io.files.writeText(resolve(io.cwd, file), text)
    note(`The picture is in ${file}.`)
    return { ok: true, value: undefined }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const hint = 'Name a file in a folder that is there and may be written to.'
    return { ok: false, error: failure('file-unwritable', `${file} cannot be written: ${why}`, { hint }) }
  }
}

const refused = (detail: string): Outcome => ({ ok: false, error: failure('usage', detail) })
