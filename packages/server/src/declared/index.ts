/** The door of declared: what files say of one service and its agreements, joined without a server. */
export { isComplete, joinDeclared, readNamed } from './declared-service.ts'
export type { DeclaredService } from './declared-service.ts'
