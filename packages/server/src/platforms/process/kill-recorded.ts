/** The last resort of whoever kept the records itself and is about to end: kills what they tell of, without waiting. */
import type { KnownInstance } from '../../store/store.ts'
import { decodeRecord } from './instance-record.ts'
import { signal } from './process-identity.ts'

export function killRecorded(known: readonly KnownInstance[]): void {
  for (const { record } of known) {
    const pid = decodeRecord(record)?.run?.process?.pid
    if (pid !== undefined) signal(-pid, 'SIGKILL')
  }
}
