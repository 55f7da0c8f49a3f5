/**
 * How late clients come after the time that they were told, all of a watch together: by it silence becomes suspicious. Changes
 * in place. (N. Hayashibara and others 2004 for the accrual of suspicion.)
 */

/** By octaves of milliseconds, up to twelve days. */
const OCTAVES = 31

export class Lateness {
  readonly #counts = new Float64Array(OCTAVES)
  #total = 0

  came(lateMs: number): void {
    const octave = octaveOf(lateMs)
    this.#counts[octave] = (this.#counts[octave] ?? 0) + 1
    this.#total += 1
  }

  /** −log10 of the share of clients that came later than this: 1 is one in ten, 3 one in a thousand. */
  suspicion(lateMs: number): number {
    if (lateMs <= 0) return 0
    let later = 0
    for (let octave = octaveOf(lateMs) + 1; octave < OCTAVES; octave += 1) later += this.#counts[octave] ?? 0
    return -Math.log10((later + 1) / (this.#total + 1))
  }
}

const octaveOf = (ms: number): number => (ms < 1 ? 0 : Math.min(OCTAVES - 1, 1 + Math.floor(Math.log2(ms))))
