/** Goal: what a user writes for a load is read as meant, and what is no load is refused with all the forms. */
import { expect, test } from 'vitest'
import { parseLoad } from './load-text.ts'

test.for<readonly [text: string, load: unknown]>([
  ['5', { kind: 'constant', rate: 5 }],
  ['sine:1,9,2h', { kind: 'sine', low: 1, high: 9, period: 7_200_000 }],
  ['sine:1,9', { kind: 'sine', low: 1, high: 9, period: 86_400_000 }],
  [
    'steps:0=2,60=9.5',
    {
      kind: 'steps',
      steps: [
        [0, 2],
        [60, 9.5],
      ],
    },
  ],
  [
    'points:0=2,60=9',
    {
      kind: 'points',
      points: [
        [0, 2],
        [60, 9],
      ],
    },
  ],
])('The load %s is read.', ([text, load]) => {
  expect(parseLoad(text)).toEqual({ ok: true, value: load })
})

test.for(['', 'five', '-1', 'sine:1', 'sine:1,9,0h', 'sine:1,2,3h,4', 'steps:', 'steps:0=1,0=2', 'points:9'])(
  'The load "%s" is refused.',
  (text) => {
    const parsed = parseLoad(text)
    expect(parsed.ok).toBe(false)
  },
)

test('A refusal shows how a load is written.', () => {
  const parsed = parseLoad('wave')
  expect(parsed.ok ? '' : parsed.error).toContain('sine:1,9,24h')
})
