/**
 * The port through which the API reads what the loop knows now, without asking the store: the summary of
 * each service after its last tick, its instances, its points for charts, and a stream of what changes.
 */
import type { EpochMs } from '@holdfast/core/units'
import type {
  ChangeView,
  HistoryPoint,
  InstanceView,
  LiveEvent,
  ServiceDetail,
  ServiceSummary,
} from '../http/api.ts'

export interface LiveView {
  services(): readonly ServiceSummary[]
  service(name: string): ServiceDetail | null
  instances(service: string): readonly InstanceView[]
  history(
    service: string,
    from: EpochMs,
  ): Promise<{ readonly points: readonly HistoryPoint[]; readonly changes: readonly ChangeView[] }>
  /** True once the first tick after start-up has gone through. */
  ready(): boolean
  /** Asks for a tick soon, for example after a manifest was applied. */
  nudge(): void
  subscribe(listener: (event: LiveEvent) => void): () => void
}
