export type { Change, DesiredInstance, Generation, Plan, Reason, ReasonCode } from './plan.ts'
