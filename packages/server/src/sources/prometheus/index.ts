/** The door of Prometheus: its targets as a source, its text for whoever has some, and what a Prometheus pushes. */
export { openPrometheus } from './open-prometheus.ts'
export { createRemoteWrite, MAX_PACKED_WRITE_BYTES } from './remote-write.ts'
export type { Taken } from './remote-write.ts'
export { createTextReader } from './text-reader.ts'
export type { TextReader } from './text-reader.ts'
