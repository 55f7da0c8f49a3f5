// Goal: a chart fits the terminal, its blocks rise with the values, and what was not kept is seen.
import { describe, expect, it } from 'vitest'
import { branded, hours, seconds, type PartName } from '@holdfast/core/units'
import { chartLines, durationText } from './chart.ts'
import { squeeze, type Piece, type Series } from './series.ts'

const web = branded<PartName>('web')

const rising: Series = {
  duration: hours(24),
  pieces: Array.from({ length: 480 }, (_, at): Piece => ({
    load: at,
    instances: { [web]: at < 240 ? 1 : 4 },
    within: at === 100 ? 0.1 : at < 50 ? null : 1,
  })),
}

const shown = { level: 'fast', promised: 0.9 }

describe('a chart', () => {
  it('fits the columns that there are', () => {
    for (const columns of [30, 80, 200]) {
      const lines = chartLines(rising, { columns, paint: (_, text) => text, shown })
      expect(Math.max(...lines.map((line) => Array.from(line).length))).toBeLessThanOrEqual(
        Math.max(columns, 60),
      )
    }
  })

  it('rises with the load, and stands on its floor where there is little', () => {
    const [, ...load] = chartLines(rising, { columns: 60, paint: (_, text) => text, shown: null })
    const full = load.slice(0, 4).map((line) => line.split('█').length - 1)
    expect(full).toEqual(full.toSorted((left, right) => left - right))
    expect(load[3]).toMatch(/0 │▁/)
    expect(load[0]).toMatch(/^ +47\d │ +[▁▂▃▄▅▆▇█]+$/)
  })

  it('paints what was below the promise, and leaves out what was not counted', () => {
    const lines = chartLines(rising, {
      columns: 80,
      paint: (style, text) => (style === 'bad' ? '!' : text),
      shown,
    })
    const within = lines.slice(lines.findIndex((line) => line.startsWith('Within')) + 1, -1)
    expect(within.join('')).toContain('!')
    expect(within.at(-1)).toMatch(/│ {3,}/)
  })

  it('says how long it was in the unit that fits', () => {
    expect([hours(24), seconds(600), seconds(45)].map(durationText)).toEqual(['24 h', '10 min', '45 s'])
  })
})

describe('squeezing values', () => {
  it('keeps the mean or the least of what is known', () => {
    const values = [1, 3, null, 5, null, null]
    expect(squeeze(values, 3, 'mean')).toEqual([2, 5, null])
    expect(squeeze(values, 3, 'least')).toEqual([1, 5, null])
    expect(squeeze([1, 2], 9, 'mean')).toEqual([1, 2])
  })
})
