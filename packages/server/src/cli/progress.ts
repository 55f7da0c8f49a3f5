/** One line on a terminal that is written over and over while something takes long, and wiped at the end. */
import type { Io } from './io.ts'

export interface Progress {
  /** Shows how much is through, from 0 to 1. */
  show(what: string, share: number): void
  end(): void
}

/** More often nobody can read it, and writing takes time of its own. */
const SHOWN_EVERY_MS = 100

export function createProgress({ stderr, now }: Pick<Io, 'stderr' | 'now'>, wanted: boolean): Progress {
  if (!stderr.isTTY || !wanted) return { show: () => {}, end: () => {} }
  let shownAt = -Infinity
  return {
    show(what, share) {
      if (now() - shownAt < SHOWN_EVERY_MS) return
      shownAt = now()
      stderr.write(`\r\u001b[2K${what} ${Math.floor(share * 100)} %`)
    },
    end: () => stderr.write('\r\u001b[2K'),
  }
}
