/** The door of the HTTP server. */
export type { HttpDependencies } from './dependencies.ts'
export { createServerMetrics } from './metrics/server-metrics.ts'
export type { ServerMetrics } from './metrics/server-metrics.ts'
export { openApiText } from './open-api-text.ts'
export { createHttpServer } from './server.ts'
export { changesOfPlan } from './views/changes-of-plan.ts'
export { verdictView } from './views/verdict-view.ts'
