/** The door of the process platform: real processes of this machine, which outlive the server. */
export { killRecorded } from './kill-recorded.ts'
export { createProcessPlatform } from './process-platform.ts'
export type { ProcessPlatform } from './process-platform.ts'
