// Goal: one line tells what was done apart from what was only advised, and names what ended with it.
import { expect, it } from 'vitest'
import { decisionWords } from './decision-words.ts'

const start = { kind: 'start', instance: { part: 'web' }, reason: { says: 'The load rises.' } }

it('says what was changed, and why', () => {
  expect(decisionWords({ plan: { changes: [start, start] } })).toBe('start 2 × web: The load rises.')
})

it('says of what was not carried out that it is advice', () => {
  expect(decisionWords({ plan: null, advice: { changes: [start] } })).toBe(
    'advised only: start 1 × web: The load rises.',
  )
  expect(decisionWords({ plan: null, advice: null })).toBe('no change')
})
