// Each invariant of a plan has a plan that violates just it.
import { describe, expect, it } from 'vitest'
import { termsAt } from '../agreement/index.ts'
import { epochMs } from '../units/index.ts'
import { checkPlan, type InvariantName, type PlanContext } from './check-plan.ts'
import type { Change, DesiredInstance, Plan, ReasonCode } from './plan.ts'
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

const change = (
  kind: Change['kind'],
  instanceOf: DesiredInstance,
  code: ReasonCode = kind === 'start' ? 'load-rises' : 'load-falls',
  says = 'It is so.',
): Change => ({ kind, instance: instanceOf, reason: { code, part: instanceOf.part, says } })

const desired = [...instances('web', 2), ...instances('data', 2)]

const context: PlanContext = {
  service: serviceOf(part('web', { maxInstances: 3 }), part('data', { maxInstances: 3 })),
  terms: [termsAt(agreement({ conditions: [atMost(5)] }), epochMs(TEN))],
  generation: 4,
  desired,
  observation: observation(desired.map((one) => seen(one))),
}

/** The plan that the changes make of what is desired, unless it is said otherwise. */
function plan(changes: readonly Change[], over: Partial<Plan> = {}): Plan {
  const stopped = new Set(changes.filter(({ kind }) => kind === 'stop').map((one) => one.instance.id))
  const fresh = changes.filter(({ kind }) => kind === 'start').map((one) => one.instance)
  return {
    service: context.service.name,
    at: epochMs(TEN),
    basedOn: 4,
    generation: 5,
    desired: [...desired.filter(({ id }) => !stopped.has(id)), ...fresh],
    changes,
    ...over,
  }
}

const violated = (checked: Plan, over: Partial<PlanContext> = {}): readonly InvariantName[] => [
  ...new Set(checkPlan(checked, { ...context, ...over }).map(({ invariant }) => invariant)),
]

const fresh = instance('web', 9)
const gone = instance('web', 1)

describe('checkPlan', () => {
  it('has nothing against a plan that starts one and stops one', () => {
    expect(checkPlan(plan([change('start', fresh), change('stop', instance('data', 2))]), context)).toEqual(
      [],
    )
  })

  it.each<[InvariantName, string, Plan, Partial<PlanContext>]>([
    ['generation-follows', 'it is based on an older generation', plan([], { basedOn: 3 }), {}],
    ['generation-follows', 'it leaves a generation out', plan([], { generation: 6 }), {}],
    ['ids-are-unique', 'an instance is desired twice', plan([], { desired: [...desired, gone] }), {}],
    [
      'desired-follows-from-changes',
      'an instance comes without a change',
      plan([], { desired: [...desired, fresh] }),
      {},
    ],
    [
      'desired-follows-from-changes',
      'an instance goes without a change',
      plan([], { desired: desired.slice(0, 3) }),
      {},
    ],
    [
      'desired-follows-from-changes',
      'an instance changes its revision',
      plan([], { desired: desired.map((one) => (one.id === gone.id ? { ...one, revision: 'r2' } : one)) }),
      {},
    ],
    [
      'desired-follows-from-changes',
      'it starts what is there',
      plan([change('start', gone)], { desired }),
      {},
    ],
    [
      'desired-follows-from-changes',
      'it stops what is not there',
      plan([change('stop', fresh)], { desired }),
      {},
    ],
    ['parts-are-known', 'an instance is of no part', plan([change('start', instance('cache', 1))]), {}],
    [
      'within-cap',
      'all together pass the cap',
      plan([change('start', fresh), change('start', instance('data', 9))]),
      {},
    ],
    [
      'within-cap',
      'a part passes its cap',
      plan([change('start', fresh)]),
      { terms: [termsAt(agreement({ conditions: [atMost(2, 'web')] }), epochMs(TEN))] },
    ],
    [
      'within-share',
      'it is larger than its share',
      plan([change('start', fresh)]),
      { share: { capacity: 10, atMost: 4, reasons: [], slots: [] } },
    ],
    [
      'within-part-limits',
      'a part passes its limit',
      plan([8, 9].map((number) => change('start', instance('web', number)))),
      { terms: [] },
    ],
    [
      'within-part-limits',
      'a part passes its limit by more than one while it is replaced',
      plan([7, 8, 9].map((number) => change('start', instance('web', number, 'r2'), 'new-revision'))),
      {
        terms: [],
        service: serviceOf(part('web', { maxInstances: 3, revision: 'r2' }), part('data')),
      },
    ],
    [
      'within-part-limits',
      'a part is taken below its minimum',
      plan([change('stop', gone)]),
      { service: serviceOf(part('web', { minInstances: 2 }), part('data')) },
    ],
    [
      'last-ready-instance-stays',
      'the only ready instance goes',
      plan([change('stop', gone)]),
      { observation: observation([seen(gone), seen(instance('web', 2), 'starting')]) },
    ],
    [
      'last-ready-instance-stays',
      'the only ready instance goes but for one that is not wanted any more',
      plan([change('stop', gone)]),
      {
        observation: observation([
          seen(gone),
          seen(instance('web', 2), 'starting'),
          seen(instance('web', 8)),
        ]),
      },
    ],
    [
      'nothing-spared-on-missing-data',
      'an instance is spared though a source is missing',
      plan([change('stop', gone)]),
      { observation: { ...context.observation, complete: false } },
    ],
    ['every-change-says-why', 'a change has no words', plan([change('start', fresh, 'load-rises', ' ')]), {}],
  ])('reports %s when %s', (invariant, _, checked, over) => {
    expect(violated(checked, over)).toEqual([invariant])
  })

  it('only warns of a change without words', () => {
    expect(checkPlan(plan([change('start', fresh, 'load-rises', '')]), context)).toMatchObject([
      { severity: 'warning' },
    ])
  })

  it.each<[string, Plan, Partial<PlanContext>]>([
    [
      'more instances than the cap while they become fewer',
      plan([change('stop', gone)]),
      { terms: [termsAt(agreement({ conditions: [atMost(1)] }), epochMs(TEN))] },
    ],
    [
      'one more than the limit while a part is replaced',
      plan([change('start', instance('web', 9, 'r2'), 'new-revision')]),
      { service: serviceOf(part('web', { maxInstances: 2, revision: 'r2' }), part('data')) },
    ],
    [
      'fewer than the minimum when one was lost and has no successor yet',
      plan([change('stop', gone, 'lost-instance')]),
      { service: serviceOf(part('web', { minInstances: 2 }), part('data')) },
    ],
    [
      'a part that is to have none',
      plan([change('stop', gone), change('stop', instance('web', 2))]),
      { service: serviceOf(part('web', { minInstances: 0 }), part('data')) },
    ],
    [
      'a lost instance that goes although a source is missing',
      plan([change('stop', gone, 'lost-instance')]),
      { observation: { ...context.observation, complete: false } },
    ],
  ])('allows %s', (_, checked, over) => {
    expect(violated(checked, over)).toEqual([])
  })
})
