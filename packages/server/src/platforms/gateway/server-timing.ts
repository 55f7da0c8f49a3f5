/**
 * Reads the standard `Server-Timing` response header, by which an instance says itself how long an
 * operation waited inside it (`wait`) and how long it was worked on (`service`).
 */

export interface ReportedTimes {
  /** Milliseconds; null where the header does not say. */
  readonly waitMs: number | null
  readonly serviceMs: number | null
}

export const nothingReported: ReportedTimes = { waitMs: null, serviceMs: null }

/** A longer header is not read, so that an instance cannot make the gateway slow. */
const MAX_HEADER_LENGTH = 4_096

/** One metric up to the next comma that is not inside a quoted string. */
const METRIC = /(?:[^,"]|"(?:[^"\\]|\\.)*")+/g
const PARAMETER = /;\s*([\w-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)/g
const DURATION = /^"?(\d+(?:\.\d+)?)"?$/

export function parseServerTiming(header: string): ReportedTimes {
  if (header.length > MAX_HEADER_LENGTH) return nothingReported
  let waitMs: number | null = null
  let serviceMs: number | null = null
  for (const [metric] of header.matchAll(METRIC)) {
    const name = metric.split(';', 1)[0]?.trim()
    if (name !== 'wait' && name !== 'service') continue
    const durationMs = durationOf(metric)
    if (durationMs === null) continue
    if (name === 'wait') waitMs = (waitMs ?? 0) + durationMs
    else serviceMs = (serviceMs ?? 0) + durationMs
  }
  return { waitMs, serviceMs }
}

function durationOf(metric: string): number | null {
  for (const [, name, value = ''] of metric.matchAll(PARAMETER)) {
    if (name?.toLowerCase() !== 'dur') continue
    const duration = DURATION.exec(value)?.[1]
    return duration === undefined ? null : Number(duration)
  }
  return null
}
