// Goal: two servers that share a store and a key answer clients that carry their state as one server does that keeps them.
import { expect, it } from 'vitest'
import { reportToServers } from './testing/servers-in-turn.ts'

const SIZE = { clients: 200, hours: 8 }

it('gives the same intervals with two servers and tokens as one server that keeps its clients, within what chance makes of what they learn', async () => {
  const kept = await reportToServers({ ...SIZE, keptBy: 'server', servers: 1 })
  const carried = await reportToServers({ ...SIZE, keptBy: 'client', servers: 2 })
  expect(carried.meanMs / kept.meanMs).toBeGreaterThan(0.96)
  expect(carried.meanMs / kept.meanMs).toBeLessThan(1.04)
})

it('divides a budget among servers by what each takes', async () => {
  const { perSecond } = await reportToServers({ ...SIZE, keptBy: 'client', servers: 2, budgetPerSecond: 2 })
  expect(perSecond).toBeGreaterThan(1.85)
  expect(perSecond).toBeLessThan(2.15)
})
