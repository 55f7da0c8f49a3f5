/** The door of the recording: what each tick was decided from, kept so that it can be decided again. */
export { unpackLines } from './block-text.ts'
export { readLine } from './recorded-line.ts'
export type { Checkpoint, RecordedLine, RecordedTick } from './recorded-line.ts'
export { createRecorder } from './recorder.ts'
export type { Recorder } from './recorder.ts'
