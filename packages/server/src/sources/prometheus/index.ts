export { openPrometheus } from './open-prometheus.ts'
export { createTextReader } from './text-reader.ts'
export type { TextFormat, TextReader, TextReaderOf } from './text-reader.ts'
