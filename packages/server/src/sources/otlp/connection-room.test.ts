// Goal: nobody keeps others out by connections that are left alone. Method: connections that only know whether they were
// destroyed.
import { expect, it } from 'vitest'
import { createConnectionRoom } from './connection-room.ts'

class Connection {
  isDestroyed = false
  destroy(): void {
    this.isDestroyed = true
  }
}

const [A, B, C, D] = [0, 1, 2, 3] as const
const some = (many: number): readonly Connection[] => Array.from({ length: many }, () => new Connection())
const destroyed = (all: readonly Connection[]): readonly boolean[] => all.map((one) => one.isDestroyed)
const opened = (): Connection => new Connection()

it('gives the place of the one that was idle longest', () => {
  const room = createConnectionRoom<Connection>(2)
  const all = some(3)
  const [a = opened(), b = opened(), c = opened()] = all
  room.enter(a)
  room.enter(b)
  room.busy(a)
  room.idle(a)
  room.enter(c)
  expect(destroyed(all)).toEqual([false, true, false])
})

it('keeps those on which anything is asked, and has no place for more then', () => {
  const room = createConnectionRoom<Connection>(2)
  const all = some(4)
  for (const at of [A, B]) {
    room.enter(all[at] ?? opened())
    room.busy(all[at] ?? opened())
  }
  room.busy(all[A] ?? opened())
  room.idle(all[A] ?? opened())
  room.enter(all[C] ?? opened())
  expect(destroyed(all)).toEqual([false, false, true, false])
  room.idle(all[A] ?? opened())
  room.enter(all[D] ?? opened())
  expect(destroyed(all)).toEqual([true, false, true, false])
})

it('has a place again when one left', () => {
  const room = createConnectionRoom<Connection>(1)
  const [a = opened(), b = opened()] = some(2)
  room.enter(a)
  room.busy(a)
  room.left(a)
  room.enter(b)
  expect([a.isDestroyed, b.isDestroyed]).toEqual([false, false])
})
