/** What goes wrong in a run, as data; times are since the run began. */
import type { DurationMs, PartName } from '@holdfast/core/units'

export type Fault =
  /** The code of a part takes `factor` times as long, from then until then. */
  | {
      readonly kind: 'slow-code'
      readonly part: PartName
      readonly factor: number
      readonly from: DurationMs
      readonly to: DurationMs
    }
  /** One ready instance of the part fails for good. */
  | { readonly kind: 'lost-instance'; readonly part: PartName; readonly at: DurationMs }
  /** Each ready instance fails for good at this mean rate. */
  | { readonly kind: 'failures'; readonly perInstanceHour: number }

export function slownessAt(faults: readonly Fault[], part: PartName, ms: number): number {
  let slowness = 1
  for (const fault of faults) {
    if (fault.kind === 'slow-code' && fault.part === part && ms >= fault.from && ms < fault.to)
      slowness *= fault.factor
  }
  return slowness
}

export const failuresPerHour = (faults: readonly Fault[]): number =>
  faults.reduce((sum, fault) => sum + (fault.kind === 'failures' ? fault.perInstanceHour : 0), 0)
