/**
 * Reads the recorded loads of a folder, whatever its manifest lists. The folder is the one that HOLDFAST_TRACES
 * names, or one beside the repository where that is there.
 */
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fail, ok, type Result } from '@holdfast/core/units'
import { parseManifest, type TraceEntry } from './manifest.ts'
import { readCsvColumn } from './read-csv.ts'
import { fault, type TraceFault } from './trace-fault.ts'
import type { Trace } from './trace.ts'

const BESIDE_THE_REPOSITORY = fileURLToPath(new URL('../../../../../shared/traces', import.meta.url))

/** Null where none is named and none is there. */
export function tracesFolder(environment: Readonly<Record<string, string | undefined>>): string | null {
  const named = environment['HOLDFAST_TRACES']
  if (named !== undefined && named !== '') return named
  return existsSync(BESIDE_THE_REPOSITORY) ? BESIDE_THE_REPOSITORY : null
}

/** Recorded arrivals in steps of at most `longestStep` seconds. */
export function readLoadTraces(
  folder: string,
  { longestStep }: { readonly longestStep: number },
): Result<readonly Trace[], TraceFault> {
  const place = join(folder, 'load', 'manifest.json')
  const text = readText(
    place,
    'traces-unreadable',
    'Let HOLDFAST_TRACES name a folder with load/manifest.json.',
  )
  if (!text.ok) return text
  const entries = parseManifest(text.value, place)
  if (!entries.ok) return entries
  const traces: Trace[] = []
  for (const entry of entries.value) {
    if (entry.kind !== 'rate' || entry.stepSeconds > longestStep) continue
    const trace = readTrace(join(folder, 'load'), entry)
    if (!trace.ok) return trace
    traces.push(trace.value)
  }
  return ok(traces)
}

function readTrace(folder: string, entry: TraceEntry): Result<Trace, TraceFault> {
  const text = readText(join(folder, entry.file), 'trace-unreadable', 'Correct "file" in the manifest.')
  if (!text.ok) return text
  const values = readCsvColumn(text.value, entry)
  if (!values.ok) return values
  const { stepSeconds } = entry
  return ok({
    name: basename(entry.file, '.csv'),
    source: 'recorded',
    stepSeconds,
    rates: values.value.map((value) => value / stepSeconds),
  })
}

function readText(
  place: string,
  code: 'traces-unreadable' | 'trace-unreadable',
  hint: string,
): Result<string, TraceFault> {
  try {
    return ok(readFileSync(place, 'utf8'))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return fail(fault(code, { message: `It cannot be read (${why}).`, hint, place }))
  }
}
