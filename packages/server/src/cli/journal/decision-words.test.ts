// Goal: one line tells what was done apart from what was only advised, and names what ended with it.
import { expect, it } from 'vitest'
import { decisionWords } from './decision-words.ts'

const start = { kind: 'start', instance: { part: 'web' }, reason: { says: 'The load rises.' } }

it('says what was changed, and why', () => {
  expect(decisionWords({ plan: { changes: [start, start] } })).toBe('start 2 × web: The load rises.')
})

it('says of a window that ended for whose sake operations were missed', () => {
  const window = { agreement: 'gold', level: 'fast', met: 90, missed: 10 }
  expect(decisionWords({ closed: [{ ...window, missedBy: { load: 8, platform: 2 } }] })).toBe(
    'no change; the window of gold/fast ended with 90 met, 10 missed (load 8, platform 2)',
  )
  expect(decisionWords({ closed: [window] })).toMatch(/ended with 90 met, 10 missed$/)
})

it('says of what was not carried out that it is advice', () => {
  expect(decisionWords({ plan: null, advice: { changes: [start] } })).toBe(
    'advised only: start 1 × web: The load rises.',
  )
  expect(decisionWords({ plan: null, advice: null })).toBe('no change')
})
