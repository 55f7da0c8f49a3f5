// From wanted counts to the whole set of instances: who is started, who goes, in which order, and why.
import { describe, expect, it } from 'vitest'
import { termsAt, type Condition } from '../agreement/index.ts'
import { epochMs } from '../units/index.ts'
import type { InstanceObservation } from '../health/index.ts'
import { makePlan, type MadePlan, type MakePlanInput } from './make-plan.ts'
import type { DesiredInstance, Reason } from './plan.ts'
import {
  agreement,
  atMost,
  instance,
  instances,
  observation,
  part,
  seen,
  serviceOf,
  TEN,
} from './testing/shop.ts'

const scaled: Reason = { code: 'load-rises', part: null, says: 'More comes.' }

interface Given {
  readonly parts?: MakePlanInput['service']['parts']
  /** Too slow against their siblings. */
  readonly slow?: readonly DesiredInstance[]
  readonly conditions?: readonly Condition[]
  readonly desired?: readonly DesiredInstance[]
  readonly present?: readonly InstanceObservation[]
  readonly counts: Readonly<Record<string, number>>
}

const slowly = ({ id, part: of }: DesiredInstance): MakePlanInput['slow'][number] => ({
  instance: id,
  part: of,
  evidence: {
    subject: id,
    measure: 'own service time',
    unit: 'ms',
    observed: 50,
    expected: 10,
    says: `Instance ${id} takes 50 ms where its siblings take 10 ms.`,
  },
})

function make({
  parts = [part('web')],
  conditions = [],
  desired = [],
  present,
  counts,
  slow = [],
}: Given): MadePlan {
  return makePlan({
    service: serviceOf(...parts),
    terms: [termsAt(agreement({ conditions }), epochMs(TEN))],
    generation: 7,
    desired,
    observation: observation(present ?? desired.map((one) => seen(one))),
    now: epochMs(TEN),
    counts,
    slow: slow.map(slowly),
    reason: (name, direction) => ({
      ...scaled,
      part: name,
      code: direction === 'up' ? 'load-rises' : 'load-falls',
    }),
  })
}

const changes = ({ plan }: MadePlan): readonly string[] =>
  plan?.changes.map(({ kind, instance: { id }, reason }) => `${kind} ${id}: ${reason.code}`) ?? []

const revised = part('web', { revision: 'r2' })

describe('makePlan', () => {
  it('leaves alone what is as it should be', () => {
    expect(make({ desired: instances('web', 2), counts: { web: 2 } })).toEqual({
      plan: null,
      reasons: [],
    })
  })

  it('starts what is missing, under names of the generation that it makes', () => {
    const made = make({ desired: instances('web', 1), counts: { web: 3 } })
    expect(changes(made)).toEqual(['start shop-web-8-1: load-rises', 'start shop-web-8-2: load-rises'])
    expect(made.plan).toMatchObject({ basedOn: 7, generation: 8, at: TEN })
    expect(made.plan?.desired.map(({ id }) => id)).toEqual(['shop-web-1', 'shop-web-8-1', 'shop-web-8-2'])
  })

  it('stops the least useful first: those not ready, then the idle ones, then the newest', () => {
    const desired = instances('web', 11)
    const present = desired.map((one, i) => {
      if (i === 4) return seen(one, 'starting')
      return seen(one, 'ready', {
        inFlight: i === 2 ? 0 : 5,
        phaseSince: epochMs(i === 6 ? TEN : TEN - 60_000),
      })
    })
    expect(changes(make({ desired, present, counts: { web: 7 } }))).toEqual([
      'stop shop-web-5: load-falls',
      'stop shop-web-3: load-falls',
      'stop shop-web-7: load-falls',
      'stop shop-web-11: load-falls',
    ])
  })

  it('gives parts that no count is given for their minimum', () => {
    expect(changes(make({ parts: [part('web', { minInstances: 2 })], counts: {} }))).toHaveLength(2)
  })

  it('stops the instances of a part that is no more, and gives their room to others at once', () => {
    const made = make({
      conditions: [atMost(3)],
      desired: [...instances('web', 1), ...instances('old', 2)],
      counts: { web: 3 },
    })
    expect(changes(made)).toEqual([
      'start shop-web-8-1: load-rises',
      'start shop-web-8-2: load-rises',
      'stop shop-old-1: part-removed',
      'stop shop-old-2: part-removed',
    ])
  })

  it('gives the room of one part to another that is listed before it', () => {
    const made = make({
      parts: [part('web'), part('data')],
      conditions: [atMost(4)],
      desired: [...instances('web', 1), ...instances('data', 3)],
      counts: { web: 2, data: 2 },
    })
    expect(changes(made)).toEqual(['start shop-web-8-1: load-rises', 'stop shop-data-3: load-falls'])
  })

  it('passes neither the cap of all instances nor that of a part', () => {
    expect(changes(make({ conditions: [atMost(2)], counts: { web: 5 } }))).toHaveLength(2)
    expect(changes(make({ conditions: [atMost(3, 'web')], counts: { web: 5 } }))).toHaveLength(3)
  })
})

describe('an instance that is not well', () => {
  const desired = instances('web', 2)
  const [first, second] = [instance('web', 1), instance('web', 2)]

  it('is replaced when it is given up, with its last phase as the reason', () => {
    const present = [seen(first), seen(second, 'failed', { restarts: 5 })]
    const made = make({ desired, present, counts: { web: 2 } })
    expect(changes(made)).toEqual(['start shop-web-8-1: lost-instance', 'stop shop-web-2: lost-instance'])
    expect(made.reasons.map(({ says }) => says)).toEqual([
      '1 lost instance is replaced.',
      'Instance shop-web-2 is given up: it is failed after 5 restarts.',
    ])
  })

  it('is replaced even when the cap is full', () => {
    const present = [seen(first), seen(second, 'failed')]
    expect(changes(make({ conditions: [atMost(2)], desired, present, counts: { web: 2 } }))).toHaveLength(2)
  })

  it.each([
    ['is waited for while its restart comes soon', 'backing-off', 29_999, []],
    [
      'is given up when its restart takes long',
      'backing-off',
      30_000,
      ['start shop-web-8-1: lost-instance', 'stop shop-web-2: lost-instance'],
    ],
    ['is waited for while it starts, however long', 'starting', 3_600_000, []],
  ] as const)('%s', (_, phase, ago, expected) => {
    const present = [seen(first), seen(second, phase, { phaseSince: epochMs(TEN - ago) })]
    expect(changes(make({ desired, present, counts: { web: 2 } }))).toEqual(expected)
  })

  it('stays desired while the platform does not know it yet', () => {
    expect(make({ desired, present: [seen(first)], counts: { web: 2 } }).plan).toBeNull()
  })

  it('is not replaced where one fewer is wanted', () => {
    const present = [seen(first), seen(second, 'failed')]
    expect(changes(make({ desired, present, counts: { web: 1 } }))).toEqual([
      'stop shop-web-2: lost-instance',
    ])
  })

  it('explains only as many starts as were lost', () => {
    const present = [seen(first), seen(second, 'failed')]
    expect(changes(make({ desired, present, counts: { web: 3 } }))).toEqual([
      'start shop-web-8-1: lost-instance',
      'start shop-web-8-2: load-rises',
      'stop shop-web-2: lost-instance',
    ])
  })
})

describe('a changed part', () => {
  const old = instances('web', 2)
  const fresh = instances('web', 2, 11, 'r2')

  it('has its new instances started beside the old ones', () => {
    expect(changes(make({ parts: [revised], desired: old, counts: { web: 2 } }))).toEqual([
      'start shop-web-8-1: new-revision',
      'start shop-web-8-2: new-revision',
    ])
  })

  it('keeps the old ones until new ones are ready', () => {
    const present = [...old.map((one) => seen(one)), ...fresh.map((one) => seen(one, 'starting'))]
    const desired = [...old, ...fresh]
    expect(make({ parts: [revised], desired, present, counts: { web: 2 } }).plan).toBeNull()
  })

  it('lets an old one go for each new one that is ready', () => {
    const [ready, starting] = fresh
    if (ready === undefined || starting === undefined) throw new Error('two are given')
    const present = [...old.map((one) => seen(one)), seen(ready), seen(starting, 'starting')]
    const desired = [...old, ...fresh]
    expect(changes(make({ parts: [revised], desired, present, counts: { web: 2 } }))).toEqual([
      'stop shop-web-2: new-revision',
    ])
  })

  it('passes its own limit by one and no more, so that a single instance can be replaced', () => {
    const single = { ...revised, maxInstances: 1 }
    expect(changes(make({ parts: [single], desired: instances('web', 1), counts: { web: 1 } }))).toHaveLength(
      1,
    )
    const few = { ...revised, maxInstances: 4 }
    expect(changes(make({ parts: [few], desired: instances('web', 4), counts: { web: 4 } }))).toHaveLength(1)
  })

  it('gets only the room that is left by parts which need more', () => {
    const made = make({
      parts: [revised, part('data')],
      conditions: [atMost(6)],
      desired: [...old, ...instances('data', 2)],
      counts: { web: 2, data: 3 },
    })
    expect(changes(made)).toEqual(['start shop-data-8-1: load-rises', 'start shop-web-8-1: new-revision'])
  })

  it('loses one that serves where the cap is full, and the next one only when its successor is ready', () => {
    const given = { parts: [revised], conditions: [atMost(3)], counts: { web: 3 } }
    const [a, b, c] = [instance('web', 1), instance('web', 2), instance('web', 3)]
    const next = instance('web', 101, 'r2')
    expect(changes(make({ ...given, desired: [a, b, c] }))).toEqual(['stop shop-web-3: new-revision'])
    expect(changes(make({ ...given, desired: [a, b] }))).toEqual(['start shop-web-8-1: new-revision'])
    const present = [seen(a), seen(b), seen(next, 'starting')]
    expect(make({ ...given, desired: [a, b, next], present }).plan).toBeNull()
    expect(changes(make({ ...given, desired: [a, b, next] }))).toEqual(['stop shop-web-2: new-revision'])
  })

  it('has its last old one replaced too when the cap is full, since others serve', () => {
    const desired = [instance('web', 1), instance('web', 101, 'r2')]
    expect(changes(make({ parts: [revised], conditions: [atMost(2)], desired, counts: { web: 2 } }))).toEqual(
      ['stop shop-web-1: new-revision'],
    )
  })

  it('loses first what does not serve', () => {
    const present = [seen(instance('web', 1), 'starting'), seen(instance('web', 2))]
    expect(
      changes(make({ parts: [revised], conditions: [atMost(2)], desired: old, present, counts: { web: 2 } })),
    ).toEqual(['stop shop-web-1: new-revision'])
  })

  it('keeps its only one that serves where the cap allows no second, and says so', () => {
    const made = make({
      parts: [revised],
      conditions: [atMost(1)],
      desired: instances('web', 1),
      counts: { web: 1 },
    })
    expect(made.plan).toBeNull()
    expect(made.reasons).toMatchObject([{ code: 'held-by-cap', part: 'web' }])
  })

  it('takes load into account while it is replaced', () => {
    const present = [...old.map((one) => seen(one)), ...fresh.map((one) => seen(one, 'starting'))]
    const made = make({ parts: [revised], desired: [...old, ...fresh], present, counts: { web: 4 } })
    expect(changes(made)).toEqual(['start shop-web-8-1: new-revision', 'start shop-web-8-2: new-revision'])
  })
})

describe('an instance that is slow against its siblings', () => {
  const three = instances('web', 3)
  const [first, second] = three
  const slow = first === undefined || second === undefined ? [] : [first, second]

  it('gets a successor beside it, and no other one at the same time', () => {
    const { plan } = make({ desired: three, counts: { web: 3 }, slow })
    expect(plan?.changes.map(({ kind, reason }) => [kind, reason.code])).toEqual([['start', 'slow-instance']])
  })

  it('goes when its successor is ready', () => {
    const { plan } = make({ desired: instances('web', 4), counts: { web: 3 }, slow: slow.slice(0, 1) })
    expect(plan?.changes.map(({ kind, instance: { id } }) => [kind, id])).toEqual([['stop', first?.id]])
  })

  it('goes first where no further instance is allowed, as long as others serve', () => {
    const { plan } = make({
      parts: [part('web', { maxInstances: 3 })],
      desired: three,
      counts: { web: 3 },
      slow,
    })
    expect(plan?.changes.map(({ kind, instance: { id } }) => [kind, id])).toEqual([['stop', first?.id]])
  })
})
