/**
 * Decides a recorded time again and compares it with the journal; with changed manifests it also simulates
 * the recorded load twice, so that what happened, the same in simulation and the change stand side by side.
 */
import { epochMs, parseInstant, type EpochMs, type Result } from '@holdfast/core/units'
import { problemDocument } from '../../errors/index.ts'
import {
  changedTerms,
  compareWithJournal,
  createFigures,
  createWorldRecord,
  LEAD_IN,
  replayTicks,
  runWhatIf,
  type Comparison,
  type Figures,
  type RecordedWorld,
} from '../../replay/index.ts'
import { apiClient, type ApiClient } from '../client.ts'
import { failure, type ProblemDocument } from '../failure.ts'
import { readManifestFiles } from '../manifest-files.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { createProgress, type Progress } from '../progress.ts'
import { parseTime } from '../times.ts'
import { readRecord, type ServiceRecord } from './read-record.ts'
import { replayPage } from './replay-page.ts'
import { replayView } from './replay-view.ts'

export interface ReplayOptions {
  readonly from: string
  readonly to?: string
  readonly with?: readonly string[]
}

export interface Replayed {
  readonly service: string
  /** What was asked for; what is on record of it may begin later and end sooner. */
  readonly asked: { readonly from: EpochMs; readonly to: EpochMs }
  readonly comparison: Comparison
  /** As it really was. */
  readonly figures: Figures
  readonly whatIf: WhatIf | null
}

export interface WhatIf {
  /** What was put in the place of what was in force. */
  readonly changed: readonly string[]
  /** Milliseconds that a measured operation spends outside of all parts, and a simulated one does not. */
  readonly overheadMs: number
  readonly asItWas: Figures
  readonly asChanged: Figures
}

export async function replay(
  context: CommandContext,
  service: string,
  options: ReplayOptions,
): Promise<Outcome> {
  const { io, json } = context
  const span = readSpan(context, options)
  if (!span.ok) return span
  const files = options.with === undefined ? null : await readManifestFiles(io, { filename: options.with })
  if (files !== null && !files.ok) return files
  // What is compared to the byte must come as it is, also where people read what is found.
  const api = apiClient(io, context.settings, 'programs')
  const record = await readRecord(api, { service, ...span.value, leadInMs: files === null ? 0 : LEAD_IN })
  if (!record.ok) return record
  const progress = createProgress(io, !json)
  try {
    const { world, ...result } = decideAgain(record.value, span.value.from, progress)
    if (result.figures.ticks === 0) return { ok: false, error: noState(service) }
    const whatIf =
      files === null
        ? null
        : await tryOut(api, { world, files: files.value, progress, gaps: result.comparison.gaps })
    if (whatIf !== null && !whatIf.ok) return whatIf
    const replayed: Replayed = { service, asked: span.value, ...result, whatIf: whatIf?.value ?? null }
    progress.end()
    if (json) context.printJson(replayView(replayed))
    else context.print(...replayPage(replayed, context))
    return result.comparison.different === 0 ? done : { ok: true, value: 1 }
  } finally {
    progress.end()
  }
}

function readSpan(
  { io }: CommandContext,
  options: ReplayOptions,
): Result<{ readonly from: EpochMs; readonly to: EpochMs }, ProblemDocument> {
  const from = parseTime(options.from, '--from', io)
  if (!from.ok) return from
  const to =
    options.to === undefined
      ? { ok: true as const, value: new Date(io.now()).toISOString() }
      : parseTime(options.to, '--to', io)
  if (!to.ok) return to
  const span = { from: instantOf(from.value), to: instantOf(to.value) }
  if (span.from < span.to) return { ok: true, value: span }
  const hint = 'Give a --from that is before --to; without --to it is now.'
  return { ok: false, error: failure('usage', 'The time to replay ends before it begins.', { hint }) }
}

function instantOf(iso: string): EpochMs {
  const parsed = parseInstant(iso)
  return parsed.ok ? parsed.value : epochMs(0)
}

/** Ticks before `from` only lead there: they are neither compared nor counted. */
function decideAgain(
  record: ServiceRecord,
  from: EpochMs,
  progress: Progress,
): { readonly comparison: Comparison; readonly figures: Figures; readonly world: RecordedWorld | null } {
  const comparison = compareWithJournal(record.journal.filter(({ at }) => at >= from))
  const account = createFigures()
  const worldRecord = createWorldRecord()
  let ticks = 0
  for (const step of replayTicks(record.lines())) {
    if (step.kind !== 'tick') {
      if ((step.kind === 'gap' ? step.to : step.at) >= from) comparison.add(step)
      continue
    }
    progress.show('deciding again', ticks / record.ticks)
    ticks += 1
    worldRecord.add(step.input)
    if (step.input.now < from) continue
    comparison.add(step)
    account.add({ ...step.input, decision: step.decision })
  }
  return { comparison: comparison.result(), figures: account.figures(), world: worldRecord.world(from) }
}

interface TryOut {
  readonly world: RecordedWorld | null
  readonly files: Parameters<typeof changedTerms>[1]
  readonly gaps: Comparison['gaps']
  readonly progress: Progress
}

async function tryOut(
  api: ApiClient,
  { world, files, gaps, progress }: TryOut,
): Promise<Result<WhatIf, ProblemDocument>> {
  const stored = await api.allManifests()
  if (!stored.ok) return stored
  if (world === null)
    return { ok: false, error: failure('nothing-recorded', 'There is too little on record to simulate.') }
  const changed = changedTerms(world, files, stored.value)
  if (!changed.ok) return { ok: false, error: problemDocument(changed.error) }
  const unknown = [...world.service.parts, ...changed.value.service.parts].find(
    ({ characteristics }) => characteristics === null,
  )
  if (unknown !== undefined) return { ok: false, error: cannotSimulate(unknown.name) }
  const show = (what: string) => (share: number) => progress.show(what, share)
  return {
    ok: true,
    value: {
      changed: changed.value.changed,
      overheadMs: world.overheadMs,
      asItWas: runWhatIf({ world, terms: world, gaps, progress: show('simulating what was in force') }),
      asChanged: runWhatIf({ world, terms: changed.value, gaps, progress: show('simulating the change') }),
    },
  }
}

function cannotSimulate(part: string): ProblemDocument {
  return failure('usage', `Part "${part}" has no characteristics, so that it cannot be simulated.`, {
    hint: 'State them in a service manifest given with --with.',
  })
}

function noState(service: string): ProblemDocument {
  return failure(
    'nothing-recorded',
    `What is on record of service "${service}" in that time has no checkpoint before it.`,
    {
      hint: 'Begin some ten minutes later: each checkpoint holds a state to start from.',
    },
  )
}
