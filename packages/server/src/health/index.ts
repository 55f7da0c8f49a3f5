/** The door of health: what was measured, by time, summed up for whoever asks. */
export { compactHealth } from './compact.ts'
export { readForConsumer } from './consumer.ts'
export { createHealthKeeper } from './keeper.ts'
export type { HealthKeeper, HealthReading } from './keeper.ts'
