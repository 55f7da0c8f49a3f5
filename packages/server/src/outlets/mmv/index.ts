/** The door of shared memory: health as Performance Co-Pilot's memory mapped values. */
export { createMmvOutlet } from './mmv-outlet.ts'
export type { MmvOutlet } from './mmv-outlet.ts'
