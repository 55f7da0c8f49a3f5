/** The door of what goes out by OpenTelemetry. */
export { createOtlpOutlet } from './otlp-outlet.ts'
export type { OtlpOutlet } from './otlp-outlet.ts'
