/** The door of baselines: rules of others, and bounds, that Holdfast is compared with in the same world. */
export { captain } from './captain.ts'
export { clairvoyant } from './clairvoyant.ts'
export type { Needs } from './clairvoyant.ts'
export { hpa } from './hpa.ts'
export { kpa } from './kpa.ts'
export { needsFor } from './needs.ts'
export { requestRate } from './request-rate.ts'
export { staticPeak } from './static-peak.ts'
