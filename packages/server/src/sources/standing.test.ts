// Goal: after a restart what came in between is counted once, and little is written for it. Method: sources told by hand,
// the rows that they want stored kept as a store keeps them, and others begun from these.
import { branded, epochMs, type SourceName } from '@holdfast/core/units'
import { expect, it } from 'vitest'
import { createServiceSources, type ServiceSources } from './service-sources.ts'
import { readStanding } from './standing-text.ts'
import { resolvedShop } from './testing/resolved-shop.ts'
import type { Told } from './told.ts'

const T = 1_800_000_000_000
const at = (seconds: number) => epochMs(T + seconds * 1_000)
const shop = resolvedShop()

/** As a store has it. */
class Stored {
  readonly rows = new Map<string, string>()
  written = 0

  /** False where the commit fails. */
  tick(of: ServiceSources, seconds: number, isStored = true): Told {
    const told = of.take(at(seconds))
    this.written = 0
    for (const { row, text } of isStored ? told.standing : []) {
      this.written += row.length + (text?.length ?? 0)
      if (text === null) this.rows.delete(row)
      else this.rows.set(row, text)
    }
    of.settle(isStored)
    return told
  }

  begun(): ServiceSources {
    const sources = createServiceSources(shop, readStanding(this.rows))
    sources.follow(shop, { levels: [], satisfaction: [] })
    return sources
  }
}

interface Counted {
  readonly name?: string
  readonly code?: string
}

function count(
  of: ServiceSources,
  value: number,
  seconds: number,
  { name = 'app', code = '200' }: Counted = {},
) {
  const sink = of.intake(branded<SourceName>(name))?.sink
  const handle = sink?.open({
    about: { part: null, instance: null },
    name: 'http_requests_total',
    labels: { code },
    kind: 'counter',
    unit: null,
  })
  sink?.counter(handle ?? -1, value, at(seconds))
}

it('goes on from what was stored with a tick, so that what came in between is counted once', () => {
  const stored = new Stored()
  const sources = stored.begun()
  count(sources, 100, 0)
  stored.tick(sources, 0)
  count(sources, 130, 10)
  expect(stored.tick(sources, 10).measured?.completed).toBe(30)
  // What was told after the last tick that was stored is lost with the process, and told again.
  count(sources, 150, 20)
  const again = stored.begun()
  count(again, 175, 60)
  expect(stored.tick(again, 60).measured).toMatchObject({ completed: 45, from: at(10), to: at(60) })
})

it('leaves sources that have not told yet where they stood', () => {
  const stored = new Stored()
  const sources = stored.begun()
  for (const [seconds, value] of [
    [0, 100],
    [10, 130],
  ] as const) {
    count(sources, value, seconds)
    stored.tick(sources, seconds)
  }
  const first = stored.begun()
  count(first, 1, 12, { name: 'other' })
  stored.tick(first, 12)
  const second = stored.begun()
  count(second, 140, 20)
  expect(stored.tick(second, 20).measured).toMatchObject({ completed: 10 })
})

it('writes nothing while nothing changes, and of many series only those near one that does', () => {
  const stored = new Stored()
  const sources = stored.begun()
  expect(sources.take(at(0)).standing).toEqual([])
  for (const [seconds, value] of [
    [0, 1],
    [2, 2],
  ] as const) {
    for (let i = 0; i < 4_000; i++) count(sources, value, seconds, { code: `2${i}` })
    stored.tick(sources, seconds)
  }
  const all = [...stored.rows.values()].join('').length
  count(sources, 3, 4, { code: '21234' })
  stored.tick(sources, 4)
  expect(stored.written * 50).toBeLessThan(all)
  expect(stored.tick(sources, 6).standing).toEqual([])
  const again = stored.begun()
  for (let i = 0; i < 4_000; i++) count(again, 5, 10, { code: `2${i}` })
  expect(stored.tick(again, 10).measured?.completed).toBe(3 * 3_999 + 2)
})

it('writes again what could not be stored', () => {
  const stored = new Stored()
  const sources = stored.begun()
  count(sources, 100, 0)
  stored.tick(sources, 0)
  count(sources, 130, 10)
  stored.tick(sources, 10, false)
  expect(stored.tick(sources, 12).standing).not.toEqual([])
  const again = stored.begun()
  count(again, 131, 20)
  expect(stored.tick(again, 20).measured?.completed).toBe(1)
})

it('takes no room from others for the series that one makes up', () => {
  const stored = new Stored()
  const sources = stored.begun()
  for (const [seconds, value] of [
    [0, 10],
    [2, 20],
  ] as const) {
    for (let i = 0; i < 15_000; i++) count(sources, value, seconds, { name: 'mad', code: `2${i}` })
    count(sources, value, seconds, { name: 'sane' })
    stored.tick(sources, seconds)
  }
  const stood = readStanding(stored.rows)?.sources
  expect(stood?.get(branded<SourceName>('sane'))).toHaveLength(1)
  const mad = stood?.get(branded<SourceName>('mad'))?.length ?? 0
  expect([mad > 4_000, mad <= 5_000]).toEqual([true, true])
})

it('forgets what a source stood at that is no more', () => {
  const stored = new Stored()
  const sources = stored.begun()
  for (const [seconds, value] of [
    [0, 10],
    [2, 20],
  ] as const) {
    count(sources, value, seconds)
    count(sources, value, seconds, { name: 'other' })
    stored.tick(sources, seconds)
  }
  sources.close(branded<SourceName>('app'))
  stored.tick(sources, 4)
  expect([...(readStanding(stored.rows)?.sources.keys() ?? [])]).toEqual(['other'])
})

it('keeps what sources remember with what they told, and writes it where it is another', () => {
  const stored = new Stored()
  const sources = stored.begun()
  let place = '17'
  const intake = sources.intake(branded<SourceName>('app'))
  expect(intake?.memory.before).toBeNull()
  intake?.memory.remember(() => place)
  count(sources, 100, 0)
  stored.tick(sources, 0)
  place = '18'
  count(sources, 130, 10)
  expect(stored.tick(sources, 10).standing).toContainEqual({ row: 'app memory', text: '18' })
  count(sources, 140, 12)
  expect(stored.tick(sources, 12).standing.map(({ row }) => row)).not.toContain('app memory')
  expect(stored.begun().intake(branded<SourceName>('app'))?.memory.before).toBe('18')
})

it('leaves out what another release stored in another form', () => {
  expect(readStanding(new Map([['common', JSON.stringify({ form: 99 })]]))).toBeNull()
  expect(readStanding(new Map())).toBeNull()
})
