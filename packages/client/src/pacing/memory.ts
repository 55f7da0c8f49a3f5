/** What outlives the page: when the next update is due, and what is known of the client. Where storage is refused, nothing. */
import type { PacedUpdatesOptions } from './options.ts'

interface Remembered {
  /** On the wall's clock. */
  readonly dueAt: number
  readonly token: string | null
}

export interface Memory {
  read(): Remembered | null
  write(remembered: Remembered): void
}

export function createMemory({ watch, client, storage }: PacedUpdatesOptions): Memory {
  const key = `holdfast.pacing.${watch}.${client}`
  return {
    read() {
      try {
        const { dueAt, token } = Object(
          JSON.parse((storage ?? localStorage).getItem(key) ?? ''),
        ) as Remembered
        return typeof dueAt === 'number' ? { dueAt, token: typeof token === 'string' ? token : null } : null
      } catch {
        return null
      }
    },
    write(remembered) {
      try {
        ;(storage ?? localStorage).setItem(key, JSON.stringify(remembered))
      } catch {
        // As above.
      }
    },
  }
}
