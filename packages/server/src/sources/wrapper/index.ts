/** The wrapper as a source: what packages/client measures inside a program. Pushed, so it needs no round. */
export { faultOfBatch, MAX_BUCKETS } from './batch.ts'
export type { OperationsBatch, RecordedSeries } from './batch.ts'
export { createBatchLedger } from './batch-ledger.ts'
export type { BatchLedger, HeardProcess } from './batch-ledger.ts'
export { takeBatch } from './take-batch.ts'
