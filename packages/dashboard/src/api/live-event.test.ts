import { describe, expect, it } from 'vitest'
import { readLiveEvent } from './live-event.ts'
import { retryDelayMs } from './live-stream.ts'
import { createStore } from './store.ts'

describe('an event from the wire', () => {
  it('takes its kind from the name of the event', () => {
    expect(readLiveEvent('removed', '{"service":"shop"}')).toEqual({ kind: 'removed', service: 'shop' })
  })

  it.each(['', 'nonsense', 'null', '7', '{}', '{"service":7}'])('is left out when its body is %j', (body) => {
    expect(readLiveEvent('service', body)).toBeNull()
  })
})

describe('trying again', () => {
  it('begins after a second, takes longer each time and never longer than 15 s', () => {
    expect([0, 1, 2, 3, 4, 5, 1_000].map(retryDelayMs)).toEqual(
      [1, 2, 4, 8, 15, 15, 15].map((s) => s * 1_000),
    )
  })
})

describe('a store', () => {
  it('tells its listeners of another state, and not of the same one', () => {
    const store = createStore(1)
    const seen: number[] = []
    const leave = store.subscribe(() => seen.push(store.get()))
    store.update(() => 2)
    store.update(() => 2)
    leave()
    store.update(() => 3)
    expect(seen).toEqual([2])
  })
})
