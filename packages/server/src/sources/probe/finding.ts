/** What one probe of one target found. */

export interface Finding {
  readonly up: boolean
  readonly tookMs: number
  /** How long the certificate is still valid, in days; negative once it is not, null where there is none. */
  readonly certificateDays: number | null
}

/** A function that probes one target, soon ends after the signal, and never rejects. */
export type Probing = (signal: AbortSignal) => Promise<Finding>

/** Down is what could not be reached as well as what answered otherwise than expected. */
export async function timed(ask: () => Promise<boolean>): Promise<Finding> {
  const began = performance.now()
  const up = await ask().catch(() => false)
  return { up, tookMs: performance.now() - began, certificateDays: null }
}
