/** The door of what comes by OpenTelemetry. */
export { authenticateByKey } from './authenticate.ts'
export type { Authenticate } from './authenticate.ts'
export { createOtlpReceiver } from './receiver.ts'
export type { OtlpReceiver, OtlpReceiverDependencies } from './receiver.ts'
