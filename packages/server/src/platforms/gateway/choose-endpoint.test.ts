// Goal: the choice is the one of a single line in front of c servers. Method: the pure function on its own.
import { expect, it } from 'vitest'
import { chooseEndpoint, type Candidate } from './choose-endpoint.ts'

const candidate = (inFlight: number, lastUsed: number, restsUntilMs = 0): Candidate => ({
  inFlight,
  lastUsed,
  restsUntilMs,
})

it('prefers the fewest in flight, then the one used least recently', () => {
  const [busy, recent, idle] = [candidate(1, 1), candidate(0, 3), candidate(0, 2)]
  expect(chooseEndpoint([busy, recent, idle], 9, 0, null)).toBe(idle)
  expect(chooseEndpoint([busy, recent], 9, 0, null)).toBe(recent)
})

it('takes none that is full or rests', () => {
  expect(chooseEndpoint([candidate(2, 1), candidate(0, 2, 100)], 2, 99, null)).toBeNull()
  expect(chooseEndpoint([], 2, 0, null)).toBeNull()
})

it('takes a rested one again when its time has come', () => {
  const rested = candidate(0, 2, 100)
  expect(chooseEndpoint([rested], 2, 100, null)).toBe(rested)
})

it('goes back to where it failed only when no other has room', () => {
  const [failed, full, free] = [candidate(0, 1), candidate(1, 2), candidate(0, 3)]
  expect(chooseEndpoint([failed, free], 1, 0, failed)).toBe(free)
  expect(chooseEndpoint([failed, full], 1, 0, failed)).toBe(failed)
})

it('serves constant times as one line before c servers would: first come, first served', () => {
  const servers = Array.from({ length: 3 }, () => ({
    inFlight: 0,
    lastUsed: 0,
    restsUntilMs: 0,
    freeAtMs: 0,
  }))
  const serviceMs = 30
  const freeAt = [0, 0, 0]
  for (let operation = 1; operation <= 500; operation += 1) {
    // Arrivals are 11 ms apart: some wait, some do not.
    const arrivesMs = operation * 11 - (operation % 4) * 9
    const earliest = freeAt.indexOf(Math.min(...freeAt))
    const startMs = Math.max(arrivesMs, freeAt[earliest] ?? 0)
    freeAt[earliest] = startMs + serviceMs
    for (const server of servers) server.inFlight = server.freeAtMs > startMs ? 1 : 0
    const chosen = chooseEndpoint(servers, 1, startMs, null)
    if (chosen === null) throw new Error(`operation ${operation} found no server at ${startMs} ms`)
    chosen.lastUsed = operation
    chosen.freeAtMs = startMs + serviceMs
  }
  const inOrder = (times: readonly number[]): readonly number[] => times.toSorted((a, b) => a - b)
  expect(inOrder(servers.map(({ freeAtMs }) => freeAtMs))).toEqual(inOrder(freeAt))
})
