/**
 * A named consumer that reads a service's health every second and adds up what it is told. An answer that is lost on
 * its way counts as read, so that it is paused, between two of its reads, before a server is killed.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { HealthView } from '../../src/http/api.ts'
import type { RunningUp } from './running-server.ts'
import { until } from './running-server.ts'

interface ReadInAll {
  readonly completed: number
  /** Of the one level. */
  readonly operations: number
  readonly over: number
}

export interface NamedConsumer {
  readonly inAll: () => ReadInAll
  /** Each read begins where the one before ended. */
  readonly intervals: () => readonly { readonly from: string; readonly to: string }[]
  /** After it no read is on its way. */
  pause(): Promise<void>
  resume(server: RunningUp): void
  /** Reads on until it has read so many operations, and all that was measured for some seconds after. */
  readUntil(operations: number): Promise<ReadInAll>
}

const EVERY_MS = 1_000
/** More of what was measured than this after the last operation can only be a mistake. */
const AND_AFTER_MS = 6_000
const WITHIN_MS = 40_000

export function startConsumer(first: RunningUp, service: string): NamedConsumer {
  const intervals: { readonly from: string; readonly to: string }[] = []
  const inAll = { completed: 0, operations: 0, over: 0 }
  let running: { readonly stop: () => Promise<void> } = read(first)

  function read(server: RunningUp): typeof running {
    const stopped = new AbortController()
    const loop = async (): Promise<void> => {
      while (!stopped.signal.aborted) {
        const path = `/v1/services/${service}/health/consumers/totals/read`
        const { from, to, metrics } = (await server.post(path)) as HealthView
        intervals.push({ from, to })
        inAll.completed += metrics.throughput.observations
        for (const { operations, over } of metrics.violations.value ?? []) {
          inAll.operations += operations
          inAll.over += over
        }
        await sleep(EVERY_MS, undefined, { signal: stopped.signal }).catch(() => {})
      }
    }
    const ended = loop()
    ended.catch(() => {})
    return {
      async stop() {
        stopped.abort()
        await ended
      },
    }
  }

  return {
    inAll: () => ({ ...inAll }),
    intervals: () => [...intervals],
    pause: () => running.stop(),
    resume: (server) => void (running = read(server)),
    async readUntil(operations) {
      await until(`${operations} operations read`, async () => inAll.operations >= operations, WITHIN_MS)
      const readThen = Date.parse(intervals.at(-1)?.to ?? '')
      await until(
        'what was measured after',
        async () => Date.parse(intervals.at(-1)?.to ?? '') > readThen + AND_AFTER_MS,
        WITHIN_MS,
      )
      await running.stop()
      return { ...inAll }
    },
  }
}
