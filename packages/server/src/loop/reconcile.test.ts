import { describe, expect, it } from 'vitest'
import type { DesiredInstance } from '@holdfast/core/control'
import type { PlatformInstance } from '../platforms/platform.ts'
import { reconcile } from './reconcile.ts'

const wanted = (id: string): DesiredInstance => ({ id, part: 'web' }) as unknown as DesiredInstance
const present = (id: string, phase = 'ready'): PlatformInstance =>
  ({ id, phase }) as unknown as PlatformInstance

describe('reconcile', () => {
  it('asks for nothing when what is equals what should be', () => {
    expect(reconcile([wanted('a')], [present('a')])).toEqual({ starts: [], stops: [] })
  })

  it('starts what is missing and stops what is too much', () => {
    const { starts, stops } = reconcile([wanted('a'), wanted('b')], [present('b'), present('c')])
    expect([starts.map(({ id }) => id), stops]).toEqual([['a'], ['c']])
  })

  it('leaves alone what is already on its way out, and what restarts', () => {
    expect(reconcile([wanted('a')], [present('a', 'backing-off'), present('b', 'draining')])).toEqual({
      starts: [],
      stops: [],
    })
  })
})
