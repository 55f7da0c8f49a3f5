// Goal: what the bench says of staleness and updates is right. Method: the fixed interval against its closed form, a rule
// against itself, and a small folder of recorded clients whose staleness is counted by hand.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { Curve } from './equal-staleness.ts'
import { runHerd } from './fleet.ts'
import { fixed, knownLaw, oursBound } from './policies.ts'
import { population } from './populations.ts'
import { simulate } from './simulate.ts'
import { recordedWorlds } from './traces.ts'

const world = population('seed', { clients: 60, hours: 12 }, 3)

describe('the comparison', () => {
  it('finds the staleness of a fixed interval where changes come by chance', () => {
    const { classes, updatesPerHour } = simulate(world, { next: () => 60_000 })
    expect(updatesPerHour).toBeCloseTo(60, 0)
    expect(classes['each minute']).toBeCloseTo(1 - (1 - Math.exp(-1)), 1)
    expect(classes['every 5 min']).toBeCloseTo(1 - (1 - Math.exp(-0.2)) / 0.2, 2)
  })

  it('finds the interval for a wanted staleness, and says nothing where none reaches it', () => {
    const updates = new Curve(fixed, world).updatesAt('worst', 0.1)
    expect(updates).toBeGreaterThan(260)
    expect(updates).toBeLessThan(300)
    expect(new Curve({ ...fixed, knobs: [30_000, 60_000] }, world).updatesAt('worst', 0.01)).toBeNull()
  })

  it('finds ours between the fixed interval and one that is told the law', () => {
    const [ours, known, base] = [oursBound, knownLaw('bound'), fixed].map(
      (one) => new Curve(one, world).updatesAt('worst', 0.1) ?? NaN,
    )
    expect(known).toBeLessThan((base ?? 0) * 0.32)
    expect(ours).toBeLessThan((base ?? 0) * 0.36)
    expect(ours).toBeGreaterThan((known ?? 0) * 0.95)
  })

  it('spreads a herd', () => {
    expect(runHerd(10_000, true)).toBeLessThan(1.2)
    expect(runHerd(10_000, false)).toBeGreaterThan(3)
  })
})

describe('recorded clients', () => {
  it('are read as the manifest says, and are wrong while the value differs significantly from the one reported', () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-pacing-'))
    try {
      mkdirSync(join(folder, 'pacing'))
      const lines = [
        'who,t,v',
        'a,0,10',
        'a,10,-1',
        'a,20,11',
        'a,30,20',
        'a,40,20',
        'b,5,1',
        'b,15,1',
        'b,25,9',
      ]
      writeFileSync(join(folder, 'pacing', 'some.csv.gz'), gzipSync(lines.join('\n')))
      const entry = {
        file: 'some.csv.gz',
        client: 'who',
        time: 't',
        value: 'v',
        skipIf: 'value <= 0',
        staleness: 0.1,
        goal: 1,
      }
      const manifest = { traces: [{ ...entry, significant: { absolute: 5, relative: 0.5, combine: 'max' } }] }
      writeFileSync(join(folder, 'pacing', 'manifest.json'), JSON.stringify(manifest))
      const [read] = recordedWorlds(folder, Infinity)
      const [a, b] = read?.clients ?? []
      expect(read?.clients.map(({ changes }) => changes)).toEqual([1, 1])
      const from = a?.from ?? 0
      expect(a?.observe(from, from + 40_000)).toEqual({ changed: true, staleMs: 10_000 })
      expect(a?.dueAt(from, from + 26_000)).toBe(from + 30_000)
      expect(a?.dueAt(from, from + 1)).toBe(from + 20_000)
      expect(b?.from).toBe(from + 40_000)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
