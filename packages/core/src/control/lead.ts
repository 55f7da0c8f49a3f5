/** How long it takes until an order of now helps. */
import type { Service } from '../agreement/index.ts'
import { durationMs, type DurationMs } from '../units/index.ts'

/** A tick comes this often or oftener; an instance ordered now helps after its start time and one of these. */
const TICK: DurationMs = durationMs(5_000)

/** An instance that is ordered now serves after its start; it is ordered a tick late at worst. */
export function leadOf(service: Service): DurationMs {
  const slowest = Math.max(0, ...service.parts.map((part) => part.characteristics?.startTime ?? 0))
  return durationMs(slowest + TICK)
}
