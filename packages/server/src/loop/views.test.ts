// Goal: what earlier versions stored can still be shown. Method: stored texts as they were written.
import { expect, it } from 'vitest'
import { readPoint } from './views.ts'

const at = '2026-05-04T14:00:00.000Z'

it('reads a point that was stored before points knew their cause', () => {
  expect(readPoint(JSON.stringify({ at, state: 'at-risk' }))).toEqual({ at, state: 'at-risk', cause: null })
})

it('reads the cause of a point that has one', () => {
  const cause = { kind: 'application', part: 'data' }
  expect(readPoint(JSON.stringify({ at, cause })).cause).toEqual(cause)
})
