/** Goal: generated loads are the same for a seed, and have the shapes that they are named after. */
import { expect, test } from 'vitest'
import { generatedTraces } from './generated.ts'
import { bySecond, firstSeconds, meanOf, secondsOf, withMean, type Trace } from './trace.ts'

const named = (name: string): Trace => {
  const found = generatedTraces(3).find((trace) => trace.name === name)
  if (found === undefined) throw new Error(`There is no load ${name}.`)
  return found
}

const meanBetween = ({ rates }: Trace, from: number, to: number): number =>
  rates.slice(from, to).reduce((sum, rate) => sum + rate, 0) / (to - from)

test('A seed gives the same loads whenever it is used, and another seed gives others.', () => {
  expect(generatedTraces(3)).toEqual(generatedTraces(3))
  expect(generatedTraces(4).map(({ rates }) => rates)).not.toEqual(
    generatedTraces(3).map(({ rates }) => rates),
  )
})

test('All of them are by the second, not negative, and last an hour at least.', () => {
  for (const trace of generatedTraces(5)) {
    expect(trace).toMatchObject({ source: 'generated', stepSeconds: 1 })
    expect(secondsOf(trace)).toBeGreaterThanOrEqual(3_600)
    expect(Math.min(...trace.rates.slice(0, 10_000))).toBeGreaterThanOrEqual(0)
  }
})

test('The day is busiest in its middle.', () => {
  const day = named('generated-diurnal')
  const third = secondsOf(day) / 3
  expect(meanBetween(day, third, 2 * third)).toBeGreaterThan(2 * meanBetween(day, 0, third))
})

test('The crowd comes within two minutes and brings several times the load.', () => {
  const crowd = named('generated-flash-crowd')
  const minutes = Array.from({ length: 120 }, (_, i) => meanBetween(crowd, i * 60, (i + 1) * 60))
  const peak = minutes.indexOf(Math.max(...minutes))
  expect(minutes[peak]).toBeGreaterThan(3 * (minutes[peak - 3] ?? 0))
})

test('A load keeps its shape when it is given another mean, and its beginning when it is cut.', () => {
  const trace = withMean(named('generated-bursty'), 25)
  expect(meanOf(trace)).toBeCloseTo(25, 9)
  expect(Array.from(firstSeconds(trace, 3).rates)).toEqual(Array.from(trace.rates.slice(0, 3)))
  const silent: Trace = { name: 'silent', source: 'generated', stepSeconds: 1, rates: new Float64Array(3) }
  expect(withMean(silent, 25)).toBe(silent)
})

test('Steps shorter than a second become the mean of their second, longer ones stay.', () => {
  const half: Trace = {
    name: 'half',
    source: 'recorded',
    stepSeconds: 0.5,
    rates: Float64Array.from([2, 4, 6, 0, 8]),
  }
  expect(bySecond(half)).toEqual({ ...half, stepSeconds: 1, rates: Float64Array.from([3, 3, 8]) })
  const tenths: Trace = { ...half, stepSeconds: 0.1, rates: Float64Array.from({ length: 30 }, (_, i) => i) }
  expect(Array.from(bySecond(tenths).rates)).toEqual([4.5, 14.5, 24.5])
  const minutes = { ...half, stepSeconds: 60 }
  expect(bySecond(minutes)).toBe(minutes)
})
