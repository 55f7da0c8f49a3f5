/** The door of the HTTP server. */

export { createServerMetrics } from './metrics/server-metrics.ts'

export { openApiText } from './open-api-text.ts'
export { createHttpServer } from './server.ts'

export { healthLately } from './views/health-view.ts'
export type { HealthOfParts } from './views/health-view.ts'
export type { Api } from './context.ts'
export type { HttpDependencies } from './dependencies.ts'
