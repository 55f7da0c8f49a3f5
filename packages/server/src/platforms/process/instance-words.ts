/** The sentences in which an instance says why it is where it is. */
import { durationMs, elapsed, formatDuration, type EpochMs } from '@holdfast/core/units'
import type { Readiness } from '../platform.ts'

export interface Ending {
  /** "exited with code 1", "was ended by SIGKILL". */
  readonly how: string
  /** The last line of its log; empty when there is none. */
  readonly lastLine: string
}

export function endedAfter(ending: Ending, startedAt: EpochMs, now: EpochMs): string {
  const uptime = formatDuration(durationMs(Math.max(0, elapsed(startedAt, now))))
  return withLastLine(`${ending.how} after ${uptime}`, ending.lastLine)
}

export function withLastLine(says: string, lastLine: string): string {
  return lastLine === '' ? says : `${says} (last line: ${lastLine})`
}

export function waitsFor(readiness: Readiness, port: number): string {
  switch (readiness.kind) {
    case 'http':
      return `waits for 2xx from GET ${readiness.path} on port ${port}`
    case 'listening':
      return `waits until it listens on port ${port}`
    case 'running':
      return 'is being started'
  }
}

export function missedReadiness(readiness: Readiness): string {
  switch (readiness.kind) {
    case 'http':
      return `did not answer GET ${readiness.path} with 2xx within ${formatDuration(readiness.within)}`
    case 'listening':
      return `did not listen within ${formatDuration(readiness.within)}`
    case 'running':
      return 'did not run'
  }
}
