/** The door of what comes by OpenTelemetry. */
export { authenticateByKey } from './authenticate.ts'
export { createOtlpReceiver } from './receiver.ts'
