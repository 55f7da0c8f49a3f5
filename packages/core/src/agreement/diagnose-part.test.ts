// What a part suffers from, by the figures of its instances: code, single instances, hosts, starts, deploys (A3.14).
import { describe, expect, it } from 'vitest'
import { branded, epochMs, ratio, type InstanceId, type PartName } from '../units/index.ts'
import { diagnosePart, type PartDiagnosis } from './diagnose-part.ts'
import { slowInstances } from './odd-instances.ts'
import type { InstanceFigures, PartCircumstance, RevisionFigures } from './part-figures.ts'
import { USUAL_THRESHOLDS } from './thresholds.ts'

const NOW = epochMs(10_000_000)
const HOUR = 3_600_000
const EXPECTED = 20

const named = (name: string): InstanceId => branded<InstanceId>(name)

function instance(name: string, serviceMs: number, over: Partial<InstanceFigures> = {}): InstanceFigures {
  return {
    id: named(name),
    revision: 'r1',
    phase: 'ready',
    phaseSince: epochMs(NOW - HOUR),
    warming: false,
    restarts: 0,
    serviceMs,
    seen: 30,
    firstMs: serviceMs,
    failedShare: 0,
    ended: 30,
    host: null,
    heldUpShare: 0,
    ...over,
  }
}

const part = (
  instances: readonly InstanceFigures[],
  over: Partial<PartCircumstance> = {},
): PartCircumstance => ({
  part: branded<PartName>('data'),
  expectedServiceMs: EXPECTED,
  measuredServiceMs: EXPECTED,
  waitingMs: 0,
  completed: 200,
  failed: 0,
  wanted: instances.length,
  ready: instances.length,
  instances,
  revisions: [],
  variation: 0.1,
  ...over,
})

const diagnose = (circumstance: PartCircumstance): PartDiagnosis =>
  diagnosePart(circumstance, USUAL_THRESHOLDS, NOW)

const measures = (evidence: PartDiagnosis['trouble']): readonly string[] =>
  evidence.map(({ measure }) => measure)

const well = (count: number): readonly InstanceFigures[] =>
  Array.from({ length: count }, (_, i) => instance(`well-${i}`, EXPECTED))

describe('slow instances', () => {
  it('are the code where all of them are slow on hosts that are well', () => {
    const { outside, trouble } = diagnose(part([instance('a', 60), instance('b', 70), instance('c', 65)]))
    expect(outside[0]).toMatchObject({ measure: 'own service time', observed: 65, expected: EXPECTED })
    expect(trouble).toEqual([])
  })

  it('are the instance where its siblings are as expected', () => {
    const { outside, trouble, raised } = diagnose(part([instance('a', 90), ...well(3)]))
    expect(outside).toEqual([])
    expect(trouble[0]).toMatchObject({ subject: 'a', observed: 90, expected: EXPECTED })
    expect(raised).toBe(false)
  })

  it('are the instance also where there is but one sibling', () => {
    expect(diagnose(part([instance('a', 90), ...well(1)]))).toMatchObject({
      outside: [],
      trouble: [{ subject: 'a' }],
    })
  })

  it('are the code where the part has a single instance on a host that is well', () => {
    expect(diagnose(part([instance('a', 90)])).outside).toHaveLength(1)
  })

  it('are no finding below the thresholds', () => {
    expect(diagnose(part([instance('a', 29), instance('b', 28), ...well(2)]))).toMatchObject({
      outside: [],
      trouble: [],
    })
  })

  it('are what the thresholds of the agreement say', () => {
    const circumstance = part([instance('a', 60), instance('b', 60)])
    const lenient = { ...USUAL_THRESHOLDS, serviceTimeFactor: 4 }
    expect(diagnosePart(circumstance, lenient, NOW).outside).toEqual([])
  })

  it('of an unmeasured part are told by what the part takes as a whole', () => {
    const unmeasured = part([], { measuredServiceMs: 60 })
    expect(diagnose(unmeasured).outside).toHaveLength(1)
    expect(diagnose({ ...unmeasured, completed: 9 }).outside).toEqual([])
  })
})

describe('hosts', () => {
  const held = (name: string, serviceMs: number, heldUpShare: number): InstanceFigures =>
    instance(name, serviceMs, { heldUpShare, host: 'host-1' })

  it('explain slow instances that they keep from running, also where these are all', () => {
    const { outside, trouble } = diagnose(part([held('a', 60, 0.7), held('b', 55, 0.65)]))
    expect(outside).toEqual([])
    expect(trouble[0]).toMatchObject({
      subject: 'host-1',
      measure: 'time held up by the host',
      observed: 0.7,
    })
  })

  it('do not explain slowness that is far more than what they took', () => {
    expect(diagnose(part([held('a', 200, 0.1), held('b', 200, 0.1)])).outside).toHaveLength(1)
  })

  it('do not excuse code that is as slow on hosts that are well', () => {
    const circumstance = part([held('a', 200, 0.7), instance('b', 60), instance('c', 66)])
    expect(diagnose(circumstance).outside[0]).toMatchObject({ observed: 63 })
  })
})

describe('young instances', () => {
  const young = (name: string, serviceMs: number, over: Partial<InstanceFigures> = {}): InstanceFigures =>
    instance(name, serviceMs, { phaseSince: epochMs(NOW - 60_000), ...over })

  it('say nothing against the code while they warm, and are a cold start', () => {
    const warming = [young('a', 90, { warming: true }), young('b', 80, { warming: true })]
    const { outside, trouble } = diagnose(part(warming, { measuredServiceMs: 85 }))
    expect(outside).toEqual([])
    expect(measures(trouble)).toEqual(['service time after a start'])
  })

  it('say nothing against the code while they get quicker', () => {
    const { outside, trouble } = diagnose(
      part([young('a', 60, { firstMs: 120 }), young('b', 70, { firstMs: 140 })]),
    )
    expect(outside).toEqual([])
    expect(measures(trouble)).toContain('service time after a start')
  })

  it('say nothing against the code that runs well in older ones, even where they are more and came one by one', () => {
    const slow = ['a', 'b', 'c', 'd'].map((name, i) =>
      young(name, 90, { phaseSince: epochMs(NOW - 20_000 * (i + 1)) }),
    )
    expect(diagnose(part([...slow, ...well(2)])).outside).toEqual([])
  })

  it('do not excuse an old one that is as slow, whatever they seem to do themselves', () => {
    const quicker = ['b', 'c'].map((name) => young(name, 60, { firstMs: 120 }))
    expect(diagnose(part([instance('a', 60), ...quicker])).outside).toHaveLength(1)
  })

  it('that are slow from the beginning and stay so are the code where there are no older ones', () => {
    expect(diagnose(part([young('a', 90), young('b', 90)])).outside).toHaveLength(1)
  })
})

describe('a leak', () => {
  it('is the code: all that ran for long are slow, and the restarted ones are well', () => {
    const old = ['a', 'b'].map((name) => instance(name, 90))
    const fresh = ['c', 'd', 'e'].map((name) =>
      instance(name, EXPECTED, { phaseSince: epochMs(NOW - HOUR / 10) }),
    )
    expect(diagnose(part([...old, ...fresh])).outside).toHaveLength(1)
  })
})

describe('a deploy', () => {
  const revision = (name: string, over: Partial<RevisionFigures> = {}): RevisionFigures => ({
    revision: name,
    since: epochMs(NOW - HOUR * 10),
    serviceMs: EXPECTED,
    seen: 200,
    failedShare: 0,
    ended: 200,
    warmUpMs: 22,
    warmUpSeen: 100,
    ...over,
  })
  const revisions = [revision('r1'), revision('r2', { since: epochMs(NOW - 120_000), serviceMs: 90 })]
  const fresh = (name: string, over: Partial<InstanceFigures> = {}): InstanceFigures =>
    instance(name, 90, { revision: 'r2', phaseSince: epochMs(NOW - 8_000), warming: true, ...over })

  it('is the code as soon as its first instances are slow beside the old ones', () => {
    const { outside } = diagnose(part([fresh('new'), ...well(4)], { revisions }))
    expect(measures(outside)).toEqual(['own service time', 'own service time of the revision before'])
    expect(outside[1]?.says).toContain('revision r2 2 min ago; before that it took 20.0 ms')
  })

  it('is not the code while its instances warm as slowly as those before did', () => {
    const slowWarmUp = [revision('r1', { warmUpMs: 95 }), revisions[1] ?? revision('r2')]
    expect(diagnose(part([fresh('new'), ...well(4)], { revisions: slowWarmUp })).outside).toEqual([])
  })

  it('is named beside slow code only while it is news', () => {
    const long = [revision('r1'), revision('r2', { since: epochMs(NOW - 2 * HOUR) })]
    const all = ['a', 'b'].map((name) => instance(name, 90, { revision: 'r2' }))
    expect(measures(diagnose(part(all, { revisions: long })).outside)).toEqual(['own service time'])
    expect(measures(diagnose(part(all, { revisions })).outside)).toHaveLength(2)
  })

  it('is the code where its instances end again and again, while the old ones run', () => {
    const crashing = fresh('new', { phase: 'backing-off', restarts: 3, serviceMs: null, seen: 0, ended: 0 })
    expect(diagnose(part([crashing, ...well(4)], { revisions })).outside).toMatchObject([
      { measure: 'crashes of the new revision', observed: 4 },
    ])
    const once = { ...crashing, restarts: 0 }
    expect(diagnose(part([once, ...well(4)], { revisions })).outside).toEqual([])
    const oldToo = instance('old', EXPECTED, { phase: 'failed' })
    expect(diagnose(part([crashing, oldToo, ...well(4)], { revisions })).outside).toEqual([])
  })

  it('that fails operations is compared with what failed before', () => {
    const failing = ['a', 'b'].map((name) => instance(name, EXPECTED, { revision: 'r2', failedShare: 0.3 }))
    expect(measures(diagnose(part(failing, { revisions })).outside)).toEqual([
      'failed operations',
      'failed operations of the revision before',
    ])
  })
})

describe('instances that ended unasked', () => {
  const says = (...instances: readonly InstanceFigures[]): readonly string[] =>
    diagnose(part([...instances, ...well(2)])).trouble.map((evidence) => evidence.says)

  it('are named while they are away', () => {
    expect(says(instance('a', EXPECTED, { phase: 'backing-off' }))).toEqual([
      'Instance a of part data ended unasked.',
    ])
  })

  it('are named also when they were back before anybody looked, for as long as it is felt', () => {
    const back = instance('a', EXPECTED, { restarts: 1, phaseSince: epochMs(NOW - 2_000) })
    const starting = instance('b', EXPECTED, { restarts: 2, phase: 'starting', phaseSince: NOW })
    expect(says(back, starting)).toEqual(['Instances a, b of part data ended unasked and started again.'])
    expect(says({ ...back, phaseSince: epochMs(NOW - 20_001) })).toEqual([])
  })

  it('are counted where they are many', () => {
    const lost = ['a', 'b', 'c', 'd'].map((name) => instance(name, EXPECTED, { phase: 'failed' }))
    expect(says(...lost)).toEqual(['4 instances of part data ended unasked.'])
  })
})

describe('failed operations', () => {
  it('are the code where all instances fail them', () => {
    const failing = ['a', 'b', 'c'].map((name) => instance(name, EXPECTED, { failedShare: 0.2 }))
    expect(diagnose(part(failing)).outside).toMatchObject([{ measure: 'failed operations', observed: 0.2 }])
  })

  it('are not the code where one instance alone fails them', () => {
    expect(diagnose(part([instance('a', EXPECTED, { failedShare: 0.9 }), ...well(3)])).outside).toEqual([])
  })

  it('are not the code where they were lost with their instance', () => {
    const lost = instance('a', EXPECTED, { phase: 'failed', failedShare: 0.9 })
    expect(diagnose(part([lost, ...well(3)], { failed: 60 })).outside).toEqual([])
  })

  it('are not the code where they were lost with instances that are back already', () => {
    const back = { restarts: 1, phaseSince: epochMs(NOW - 2_000), failedShare: 0.1 }
    const all = ['a', 'b', 'c'].map((name) => instance(name, EXPECTED, back))
    expect(diagnose(part(all)).outside).toEqual([])
    const later = all.map((one) => ({ ...one, phaseSince: epochMs(NOW - 60_000) }))
    expect(measures(diagnose(part(later)).outside)).toEqual(['failed operations'])
  })

  it('are judged by the share that the agreement allows', () => {
    const failing = ['a', 'b'].map((name) => instance(name, EXPECTED, { failedShare: 0.2 }))
    const lenient = { ...USUAL_THRESHOLDS, failedShare: ratio(0.5) }
    expect(diagnosePart(part(failing), lenient, NOW).outside).toEqual([])
  })
})

describe('slowInstances', () => {
  const slow = (circumstance: PartCircumstance): readonly string[] =>
    slowInstances(circumstance, USUAL_THRESHOLDS, NOW).map((one) => one.instance)

  it('are those that siblings of their revision leave behind, and those whose hosts hold them up', () => {
    const held = instance('held', 70, { heldUpShare: 0.7 })
    expect(slow(part([instance('a', 90), held, ...well(4)]))).toEqual(['a', 'held'])
  })

  it('are none where all are slow alike, as it is the code then', () => {
    expect(slow(part([instance('a', 90), instance('b', 95), instance('c', 88)]))).toEqual([])
  })

  it('are none of few operations, nor what chance may do to times that vary much', () => {
    expect(slow(part([instance('a', 90, { seen: 19 }), ...well(4)]))).toEqual([])
    expect(slow(part([instance('a', 36), ...well(4)], { variation: 2 }))).toEqual([])
    expect(slow(part([instance('a', 36), ...well(4)]))).toEqual(['a'])
  })

  it('are none that are only young yet', () => {
    const young = instance('a', 90, { phaseSince: epochMs(NOW - 120_000) })
    expect(slow(part([young, ...well(4)]))).toEqual([])
    expect(slow(part([{ ...young, phaseSince: epochMs(NOW - 400_000) }, ...well(4)]))).toEqual(['a'])
  })

  it('are not compared with another revision', () => {
    expect(slow(part([instance('a', 90, { revision: 'r2' }), ...well(4)]))).toEqual([])
  })
})
