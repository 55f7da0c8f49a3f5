/** The door of traces: recorded loads from a folder, and generated ones where there is none. */
export { generatedTraces } from './generated.ts'
export { readLoadTraces, tracesFolder } from './read-traces.ts'
export { bySecond, firstSeconds, meanOf, secondsOf, withMean } from './trace.ts'
export type { Trace } from './trace.ts'
