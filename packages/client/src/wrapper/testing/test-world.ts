/** A world for a meter in which time passes when a test says so, and nothing is called by itself. */
import type { MeterWorld } from '../meter.ts'

export interface TestWorld extends MeterWorld {
  pass(ms: number): void
  /** Calls what was to be called later, and says after how long it was to be. */
  next(): number
  readonly waits: () => number
}

export function createTestWorld(id: string = 'process-1', random: () => number = () => 0.5): TestWorld {
  let now = 0
  let waiting: { readonly call: () => void; readonly ms: number }[] = []
  return {
    now: () => now,
    random,
    id: () => id,
    later: (call, ms) => {
      const one = { call, ms }
      waiting.push(one)
      return () => void (waiting = waiting.filter((other) => other !== one))
    },
    pass: (ms) => void (now += ms),
    next: () => {
      const one = waiting.shift()
      if (one === undefined) throw new Error('nothing is to be called')
      now += one.ms
      one.call()
      return one.ms
    },
    waits: () => waiting.length,
  }
}
