/**
 * Counts and times by client, for operations whose client names itself. Names come from outside, so they are
 * bounded: beyond the bound clients are summed under "other", and silent ones make room with each span.
 */
import type { ClientMeasurement } from './gateway.ts'
import { OTHER } from './operation-meters.ts'
import type { Operation, Outcome } from './operation.ts'
import { byTraffic, OutcomeMeter } from './outcome-meter.ts'

/** Each costs a recorder of some kilobytes. */
const MAX_CLIENTS = 500

interface Client {
  class: string
  readonly meter: OutcomeMeter
}

export class ClientMeters {
  readonly #clients = new Map<string, Client>()

  record(operation: Operation, outcome: Outcome, responseMs: number): void {
    if (operation.client === null) return
    const known = this.#clients.has(operation.client) || this.#clients.size < MAX_CLIENTS
    const name = known ? operation.client : OTHER
    const client = this.#clients.get(name) ?? { class: OTHER, meter: new OutcomeMeter() }
    this.#clients.set(name, client)
    if (known) client.class = operation.class
    client.meter.record(outcome, responseMs)
  }

  take(): readonly ClientMeasurement[] {
    const taken: ClientMeasurement[] = []
    for (const [name, client] of this.#clients) {
      if (client.meter.isIdle) this.#clients.delete(name)
      else taken.push({ client: name, class: client.class, ...client.meter.take() })
    }
    return taken.sort(byTraffic)
  }
}
