// Goal: first in, first out, within its bound, whoever leaves in between. Method: compared with a plain list.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { WaitingLine, type Place } from './waiting-line.ts'

it('does what a plain list does, for any order of joining, leaving and being served', () => {
  const step = fc.oneof(
    fc.constant({ kind: 'join' as const }),
    fc.constant({ kind: 'rejoin' as const }),
    fc.constant({ kind: 'serve' as const }),
    fc.record({ kind: fc.constant('leave' as const), which: fc.nat(20) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const line = new WaitingLine<number>()
      const places: Place<number>[] = []
      let list: number[] = []
      for (const [value, action] of steps.entries()) {
        if (action.kind === 'join') {
          const place = line.join(value, 5)
          expect(place === null).toBe(list.length >= 5)
          if (place !== null) {
            places.push(place)
            list.push(value)
          }
        } else if (action.kind === 'rejoin') {
          places.push(line.rejoinFirst(value))
          list.unshift(value)
        } else if (action.kind === 'serve') expect(line.takeFirst()).toBe(list.shift() ?? null)
        else {
          const place = places[action.which]
          if (place === undefined) continue
          line.leave(place)
          list = list.filter((one) => one !== place.value)
        }
        expect([line.length, line.first()]).toEqual([list.length, list[0] ?? null])
      }
    }),
  )
})
