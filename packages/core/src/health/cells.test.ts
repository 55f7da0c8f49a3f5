// Goal: a cell holds what was put in last, however others come and go. Method: random commands against a Map.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Cells } from './cells.ts'
import { noTally } from './tally.ts'
import { NumberedNames, tallyBytes } from './tally-bytes.ts'
import { createTallySum } from './tally-sum.ts'

const place = fc.integer({ min: 850_000_000, max: 850_000_150 })
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('hold'), place, value: fc.integer({ min: 1 }) }) },
  fc.record({
    do: fc.constantFrom('empty', 'same', 'forget', 'forget-before'),
    place,
    value: fc.constant(0),
  }),
)

test('What is held is what was put in last.', () => {
  const names = new NumberedNames()
  const heldIn = (cells: Cells, at: number): number | null => {
    const sum = createTallySum()
    const isHeld = cells.addTo(sum, at)
    const { arrivals } = sum.total()
    return isHeld ? arrivals : null
  }
  fc.assert(
    fc.property(fc.array(command, { maxLength: 300 }), (commands) => {
      const cells = new Cells(names)
      const model = new Map<number, number | 'empty' | 'same'>()
      for (const { do: what, place: at, value } of commands) {
        if (what === 'hold') {
          cells.hold(at, tallyBytes({ ...noTally, arrivals: value }, names))
          model.set(at, value)
        } else if (what === 'forget') {
          cells.forget(at)
          model.delete(at)
        } else if (what === 'forget-before') {
          cells.forgetBefore(at)
          for (const known of model.keys()) if (known < at) model.delete(known)
        } else {
          const as = what === 'same' ? 'same' : 'empty'
          cells.mark(at, as)
          model.set(at, as)
        }
      }
      for (const [at, what] of model) {
        expect(cells.stateOf(at)).toBe(typeof what === 'number' ? 'held' : what)
        expect(heldIn(cells, at)).toBe(typeof what === 'number' ? what : null)
      }
      const held = [...model].filter(([, what]) => typeof what === 'number').map(([at]) => at)
      expect(new Set(cells.heldBefore(850_000_100))).toEqual(new Set(held.filter((at) => at < 850_000_100)))
    }),
  )
})
