/** The door of sources: who tells of services, and what they told. */
export type { Intake, Intakes } from './intake.ts'
export { createSourceKeeper } from './source-keeper.ts'
export type { FollowedService, SourceKeeper, SourceStatus } from './source-keeper.ts'
export { rulesOf } from './service-sources.ts'
export { SourceError } from './source.ts'
export type { DeclaredSource, OpenedSource, SourceGiven, SourceInstance } from './source.ts'
export { noInputs } from './told.ts'
export type { Told } from './told.ts'
