/** What the manifest of a folder of recorded loads says of each file: `{"traces": [{"file", "time", …}]}`. */
import { fail, ok, type Result } from '@holdfast/core/units'
import { fault, type TraceFault } from './trace-fault.ts'

export interface TraceEntry {
  readonly file: string
  /** Names of the columns. */
  readonly time: string
  readonly value: string
  readonly stepSeconds: number
  /** `rate`: arrivals in each step; `use`: how much of a resource is used. */
  readonly kind: 'rate' | 'use'
}

export function parseManifest(text: string, place: string): Result<readonly TraceEntry[], TraceFault> {
  const bad = (message: string): Result<never, TraceFault> =>
    fail(
      fault('traces-bad-manifest', {
        message,
        hint: 'Write {"traces": [{"file": "load.csv", "time": "t_sec", "value": "requests", "stepSeconds": 1, "kind": "rate"}]}.',
        place,
      }),
    )
  const document = parseJson(text)
  if (document === undefined) return bad('The manifest is not JSON.')
  const traces = isObject(document) ? document['traces'] : undefined
  if (!Array.isArray(traces)) return bad('The manifest has no list "traces".')
  const entries: TraceEntry[] = []
  for (const [i, entry] of traces.entries()) {
    const wrong = problemOf(entry)
    if (wrong !== null) return bad(`traces[${i}]: ${wrong}`)
    entries.push(entry as TraceEntry)
  }
  return ok(entries)
}

function problemOf(entry: unknown): string | null {
  if (!isObject(entry)) return 'must be an object.'
  for (const key of ['file', 'time', 'value']) {
    const text = entry[key]
    if (typeof text !== 'string' || text === '') return `"${key}" must be a text.`
  }
  // A manifest lists what lies beside it and nothing else.
  if (/[/\\]/.test(String(entry['file']))) return '"file" must be the name of a file in the same folder.'
  const step = entry['stepSeconds']
  if (typeof step !== 'number' || !Number.isFinite(step) || step <= 0)
    return '"stepSeconds" must be a number above 0.'
  const kind = entry['kind']
  return kind === 'rate' || kind === 'use' ? null : '"kind" must be "rate" or "use".'
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
