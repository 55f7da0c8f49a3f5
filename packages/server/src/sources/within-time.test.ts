// Goal: no expression that somebody wrote can hold up the server. Method: the worst of them, on texts made for it.
import { expect, it } from 'vitest'
import { withinTime } from './within-time.ts'

const endless = (): void => void /^(a+)+$/.exec(`${'a'.repeat(60)}b`)

it('ends an expression that would take years, as often as it comes', () => {
  for (let times = 0; times < 3; times++) expect(withinTime(10, endless)).toBe(false)
})

it('does what there is time for, also after something had to be ended', () => {
  let done = 0
  withinTime(10, endless)
  expect(withinTime(1_000, () => void (done = 1))).toBe(true)
  expect(done).toBe(1)
})

it('hands on what the work throws', () => {
  const broken = (): void => {
    throw new RangeError('too deep')
  }
  expect(() => withinTime(1_000, broken)).toThrow(RangeError)
})
