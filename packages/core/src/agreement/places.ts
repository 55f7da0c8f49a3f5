/** Where instances must or may run, and on what (A3.4). An empty list allows everything. */
import type { InstanceTypeName } from '../units/index.ts'

export interface Places {
  /** Regions or data centres of which each must have at least one instance of every part. */
  readonly mustRunIn: readonly string[]
  readonly mayRunIn: readonly string[]
  /** Hosts run no other owner's instances. */
  readonly exclusive: boolean
  readonly instanceTypes: readonly InstanceTypeName[]
}
