/** The windows of a level that lie within a time from now on. */
import type { Stake } from './stake.ts'

/** Times from now on. */
export interface WindowAhead {
  readonly fromMs: number
  /** Where the window ends, or what is looked at. */
  readonly toMs: number
  readonly endMs: number
  /** What of the window's remedy is put down to the time that is looked at. */
  readonly share: number
}

/** The present one first, of which only what is left counts. */
export function windowsAhead(
  { leftMs, windowMs }: Pick<Stake, 'leftMs' | 'windowMs'>,
  horizonMs: number,
): readonly WindowAhead[] {
  const windows: WindowAhead[] = []
  let [fromMs, endMs] = [0, Math.max(1, leftMs)]
  while (fromMs < horizonMs) {
    const toMs = Math.min(endMs, horizonMs)
    windows.push({ fromMs, toMs, endMs, share: (toMs - fromMs) / (endMs - fromMs) })
    fromMs = endMs
    endMs += windowMs
  }
  return windows
}
