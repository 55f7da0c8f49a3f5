/** The door of the process platform: real processes of this machine, which outlive the server. */
export { createProcessPlatform, PROCESS_PLATFORM } from './process-platform.ts'
export type { ProcessPlatform, ProcessPlatformOptions, ProcessRecords } from './process-platform.ts'
