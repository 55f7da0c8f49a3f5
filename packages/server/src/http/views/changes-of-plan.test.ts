// Goal: the counts of a part's changes join up and end at what the plan desires.
import type { Change, DesiredInstance, ReasonCode } from '@holdfast/core/control'
import { epochMs, type InstanceId, type InstanceTypeName, type PartName } from '@holdfast/core/units'
import { expect, it } from 'vitest'
import { changesOfPlan } from './changes-of-plan.ts'

const at = epochMs(Date.UTC(2026, 10, 27, 9))
const instance = (part: string, id: string): DesiredInstance => ({
  id: id as InstanceId,
  part: part as PartName,
  instanceType: 'small' as InstanceTypeName,
  revision: 'r1',
})
const change = (kind: Change['kind'], part: string, id: string, code: ReasonCode): Change => ({
  kind,
  instance: instance(part, id),
  reason: { code, part: part as PartName, says: `because of ${code}` },
})

it('groups the changes by part and reason, with the counts before and after', () => {
  const previous = [instance('interface', 'i1'), instance('interface', 'i2'), instance('data', 'd1')]
  const changes = [
    change('start', 'interface', 'i3', 'load-rises'),
    change('start', 'interface', 'i4', 'load-rises'),
    change('stop', 'data', 'd1', 'lost-instance'),
    change('start', 'data', 'd2', 'lost-instance'),
    change('start', 'interface', 'i5', 'level-at-risk'),
  ]
  expect(
    changesOfPlan(previous, { at, changes }).map(({ part, from, to, reason }) => [
      part,
      from,
      to,
      reason.code,
    ]),
  ).toEqual([
    ['interface', 2, 4, 'load-rises'],
    ['data', 1, 1, 'lost-instance'],
    ['interface', 4, 5, 'level-at-risk'],
  ])
})

it('counts a part from zero when it had no instance, and says when and why', () => {
  const changes = [change('start', 'processing', 'p1', 'first-instances')]
  expect(changesOfPlan([], { at, changes })).toEqual([
    {
      at: '2026-11-27T09:00:00.000Z',
      part: 'processing',
      from: 0,
      to: 1,
      reason: { code: 'first-instances', part: 'processing', says: 'because of first-instances' },
    },
  ])
})

it('gives nothing for a plan that changes nothing', () => {
  expect(changesOfPlan([instance('data', 'd1')], { at, changes: [] })).toEqual([])
})
