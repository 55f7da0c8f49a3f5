/** Fetches what is on record of a service and a time: the ticks, and what the journal says was decided. */
import { epochMs, type EpochMs, type Result } from '@holdfast/core/units'
import { readLine, unpackLines, type RecordedLine } from '../../recording/index.ts'
import type { JournaledDecision } from '../../replay/index.ts'
import type { RecordedBlockView } from '../../http/api.ts'
import type { ApiClient } from '../client.ts'
import { failure, type ProblemDocument } from '../failure.ts'

export interface Stretch {
  readonly service: string
  readonly from: EpochMs
  readonly to: EpochMs
  /** What has to be on record before, if it is there. */
  readonly leadInMs: number
}

export interface ServiceRecord {
  /** Ticks, with those that lead into the stretch. */
  readonly ticks: number
  readonly journal: readonly JournaledDecision[]
  lines(): Generator<RecordedLine, void, undefined>
}

/**
 * Entries hold all that was seen, some ten kilobytes each; those of so long are an answer of some megabytes,
 * even with one for every tick.
 */
const ENTRIES_AT_ONCE_MS = 15 * 60_000

export async function readRecord(
  api: ApiClient,
  { service, from, to, leadInMs }: Stretch,
): Promise<Result<ServiceRecord, ProblemDocument>> {
  const blocks = await api.recording(service, { from: iso(from - leadInMs), to: iso(to) })
  if (!blocks.ok) return blocks
  const [first] = blocks.value
  const last = blocks.value.at(-1)
  if (first === undefined || last === undefined || Date.parse(last.to) < from)
    return { ok: false, error: nothing(service, last) }
  const entries = await readDecisions(api, { service, from: epochMs(Date.parse(first.from)), to })
  if (!entries.ok) return entries
  return {
    ok: true,
    value: {
      ticks: blocks.value.reduce((sum, { ticks }) => sum + ticks, 0),
      journal: entries.value,
      *lines() {
        for (const { lines } of blocks.value) {
          for (const text of unpackLines(lines)) {
            const line = readLine(text)
            if (line.kind === 'checkpoint' || line.now < to) yield line
          }
        }
      },
    },
  }
}

async function readDecisions(
  api: ApiClient,
  { service, from, to }: Omit<Stretch, 'leadInMs'>,
): Promise<Result<readonly JournaledDecision[], ProblemDocument>> {
  const decisions: JournaledDecision[] = []
  for (let at: number = from; at < to; at += ENTRIES_AT_ONCE_MS) {
    const span = { from: iso(at), to: iso(Math.min(to, at + ENTRIES_AT_ONCE_MS)) }
    const entries = await api.journal(
      { service, kind: ['decision'], ...span, order: 'oldest-first' },
      Infinity,
    )
    if (!entries.ok) return entries
    for (const { at, actor, sequence, body } of entries.value)
      if (actor === 'loop') decisions.push({ at: epochMs(Date.parse(at)), sequence, body })
  }
  return { ok: true, value: decisions }
}

const iso = (ms: number): string => new Date(ms).toISOString()

function nothing(service: string, last: RecordedBlockView | undefined): ProblemDocument {
  const until = last === undefined ? '' : ` The last tick on record before it is of ${last.to}.`
  return failure('nothing-recorded', `Nothing is on record of service "${service}" in that time.${until}`)
}
