/**
 * What a source knows beside its series and needs again after a restart: how far a log was read, which batches were
 * counted. It is stored with the tick that stores what was told, so that the two never say different things.
 */
export interface SourceMemory {
  /** As it was stored last; null for nothing. */
  readonly before: string | null
  /** Asked at each tick that stores something; what it says then is stored with it. */
  remember(tell: () => string): void
}

/** Of a source that is known by nobody, as in tests. */
export const noMemory: SourceMemory = { before: null, remember: () => {} }
