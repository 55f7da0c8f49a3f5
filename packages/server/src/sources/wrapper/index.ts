/** The wrapper as a source: what packages/client measures inside a program. Pushed, so it needs no round. */
export { faultOfBatch, MAX_BUCKETS } from './batch.ts'
export type { OperationsBatch, RecordedSeries } from './batch.ts'
export { takeBatch } from './take-batch.ts'
export { createWrapperMemories } from './wrapper-memory.ts'
export type { WrapperMemory } from './wrapper-memory.ts'
