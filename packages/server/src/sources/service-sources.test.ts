// Goal: what sources tell of a service becomes what the loop looks at: operations once, levels counted, rules' inputs.
// Method: sinks told of by hand, as decoders do, and taken from tick by tick.
import type { About, Rule } from '@holdfast/core/health'
import {
  branded,
  epochMs,
  type InstanceId,
  type LevelName,
  type PartName,
  type RuleName,
  type SourceName,
} from '@holdfast/core/units'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ResolvedService } from '../manifests/index.ts'
import type { CountedLevel } from '../platforms/gateway/gateway.ts'
import { resolvedShop } from './testing/resolved-shop.ts'
import { createServiceSources, type FollowedLevels, type ServiceSources } from './service-sources.ts'

const T = 1_800_000_000_000
const at = (seconds: number) => epochMs(T + seconds * 1_000)
const sourceName = (name: string): SourceName => branded<SourceName>(name)
const web = branded<PartName>('web')
const whole: About = { part: null, instance: null }

const fast: CountedLevel = {
  level: branded<LevelName>('fast'),
  counts: 'response-time',
  limitMs: 100,
  part: null,
  operation: null,
  class: null,
}

const busy: Rule = {
  name: branded<RuleName>('hits'),
  version: 1,
  part: null,
  metric: 'cache-hits',
  unit: 'hits',
  inputs: [
    {
      select: { source: null, series: 'cache_hits_total', labels: [] },
      statistic: { of: 'sum' },
      scale: 1,
      plus: 0,
      weight: 1,
    },
  ],
  combine: 'sum',
}

const agreed: FollowedLevels = {
  levels: [fast],
  satisfaction: [{ level: branded<LevelName>('happy'), missing: 1 - 0.8, class: null }],
}

let sources: ServiceSources
const shop = (changed: Partial<ResolvedService> = {}): ResolvedService => ({ ...resolvedShop(), ...changed })

const sinkOf = (name: string) => {
  const intake = sources.intake(sourceName(name))
  if (intake === null) throw new Error('There is no room for the source.')
  return intake.sink
}
const durations = (name: string, labels: Record<string, string> = {}, about = whole) => {
  const sink = sinkOf(name)
  const handle = sink.open({
    about,
    name: 'http.server.request.duration',
    labels,
    kind: 'distribution',
    unit: 'ms',
  })
  return (values: readonly number[], seconds: number): void => {
    for (const value of values) sink.observe(handle, value, at(seconds))
  }
}

beforeEach(() => {
  sources = createServiceSources(shop())
  sources.follow(shop(), agreed)
})

describe('operations that a source tells of', () => {
  it('are measured as the gateway would, and counted against levels exactly', () => {
    durations('app')([99.99, 100, 100.01], 1)
    durations('app', { 'http.response.status_code': '500' })([3], 1)
    const { measured, sources: by } = sources.take(at(2))
    expect(by).toEqual(['app'])
    expect(measured).toMatchObject({
      service: 'shop',
      arrivals: 4,
      completed: 3,
      failed: 1,
      responseMs: { count: 3, max: 100.01 },
      levels: [{ level: 'fast', met: 2, missed: 2 }],
      parts: [{ part: 'web', completed: 3, failed: 1 }],
    })
  })

  it('follow one another without a gap, however many processes tell', () => {
    const [one, other] = [durations('app', { process: '1' }), durations('app', { process: '2' })]
    one([1], 10)
    sources.take(at(10))
    other([1], 14)
    expect(sources.take(at(14)).measured).toMatchObject({ from: at(10), to: at(14), completed: 1 })
    one([1], 20)
    expect(sources.take(at(20)).measured).toMatchObject({ from: at(14), to: at(20), completed: 1 })
  })

  it('are none where a source that is asked told of none', () => {
    const entry = sources.open(sourceName('log'))
    if (entry === null) throw new Error('There is no room.')
    entry.askedAbout = null
    durations('log')([1], 2)
    entry.arrivedAt = at(2)
    sources.take(at(2))
    expect(sources.take(at(4)).measured).toBeNull()
    entry.arrivedAt = at(6)
    expect(sources.take(at(6)).measured).toMatchObject({ from: at(2), to: at(6), arrivals: 0 })
  })

  it('are not told of by a source that was asked and never told of any', () => {
    const entry = sources.open(sourceName('node'))
    if (entry === null) throw new Error('There is no room.')
    entry.askedAbout = null
    entry.arrivedAt = at(2)
    expect(sources.take(at(2)).measured).toBeNull()
  })

  it('are those of one source, where several tell, until it is silent for a minute and a half', () => {
    const [app, proxy] = [durations('app'), durations('proxy')]
    app([1], 1)
    proxy([1, 1], 1)
    expect(sources.take(at(2)).measured?.completed).toBe(1)
    proxy([1, 1], 60)
    expect(sources.take(at(60)).measured).toBeNull()
    proxy([1, 1], 92)
    expect(sources.take(at(92))).toMatchObject({ measured: { completed: 2 }, sources: ['proxy'] })
  })

  it('are those of a part and its instances where the source says so', () => {
    const instance = branded<InstanceId>('shop-web-1-1')
    durations('app', {}, { part: web, instance })([10, 20], 1)
    const { measured } = sources.take(at(2))
    expect(measured?.parts).toMatchObject([
      { part: 'web', completed: 2, instances: [{ instance: 'shop-web-1-1', completed: 2 }] },
    ])
    expect(measured?.completed).toBe(2)
  })

  it('are told of over each time once, where one process tells of a time that another told of before', () => {
    const [quick, slow] = [durations('app', { process: '1' }), durations('app', { process: '2' })]
    let spans = 0
    for (let seconds = 10; seconds <= 100; seconds += 2) {
      if (seconds % 10 === 4) slow([1], seconds - 3)
      else quick([1], seconds)
      const { measured } = sources.take(at(seconds))
      if (seconds > 10) spans += (measured?.to ?? 0) - (measured?.from ?? 0)
    }
    expect(spans).toBe(90_000)
  })

  it('are all counted where one process is an instance and another is none', () => {
    const instance = branded<InstanceId>('shop-web-1-1')
    durations('wrapper', {}, { part: web, instance })([10, 20], 1)
    durations('wrapper', { 'service.instance.id': 'by-hand' }, { part: web, instance: null })([30], 1)
    expect(sources.take(at(2)).measured).toMatchObject({
      completed: 3,
      parts: [{ completed: 3, instances: [{ instance: 'shop-web-1-1', completed: 2 }] }],
    })
  })

  it('are told of over the time that went by when the clock was set back', () => {
    const app = durations('app')
    app([1], 3_600)
    sources.take(at(3_600))
    app([1], 0)
    sources.take(at(1))
    app([1, 2], 5)
    expect(sources.take(at(5)).measured).toMatchObject({ from: at(1), to: at(5), completed: 2 })
  })

  it('are known by a histogram of Prometheus as well, to its bounds', () => {
    const sink = sinkOf('scraped')
    const open = (name: string, labels: Record<string, string>) =>
      sink.open({
        about: whole,
        name: `http_request_duration_seconds_${name}`,
        labels,
        kind: 'counter',
        unit: null,
      })
    const handles = ['0.05', '0.1', '1', '+Inf'].map((le) => open('bucket', { le }))
    const scrape = (counts: readonly number[], seconds: number): void =>
      counts.forEach((count, i) => sink.counter(handles[i] ?? -1, count, at(seconds)))
    scrape([0, 0, 0, 0], 0)
    sources.take(at(0))
    scrape([5, 8, 10, 10], 15)
    expect(sources.take(at(15)).measured).toMatchObject({
      from: at(0),
      to: at(15),
      completed: 10,
      levels: [{ level: 'fast', met: 8, missed: 2 }],
    })
  })
})

describe('rules', () => {
  it('are given what their inputs came to, once they are there', () => {
    const sink = sinkOf('app')
    const hits = sink.open({
      about: whole,
      name: 'cache_hits_total',
      labels: {},
      kind: 'counter',
      unit: null,
    })
    sink.counter(hits, 10, at(0))
    sources.take(at(0))
    sources.follow(shop({ rules: [busy] }), agreed)
    sink.counter(hits, 17, at(2))
    expect(sources.take(at(2)).inputs.service).toMatchObject({
      'rule hits@1 0': { grew: 7, coveredMs: 2_000 },
    })
  })

  it('can be tried on what was told before they were there', () => {
    const sink = sinkOf('app')
    const hits = sink.open({
      about: whole,
      name: 'cache_hits_total',
      labels: {},
      kind: 'counter',
      unit: null,
    })
    for (const [seconds, value] of [
      [0, 1],
      [2, 4],
      [4, 6],
    ] as const) {
      sink.counter(hits, value, at(seconds))
      sources.take(at(seconds))
    }
    expect(
      sources.history
        .between(at(0), at(5))
        .flat()
        .map(({ sum }) => sum),
    ).toEqual([3, 2])
  })
})

it('what is told is acknowledged once the tick that took it is stored, and not before', async () => {
  const intake = sources.intake(sourceName('app'))
  const first = intake?.stored()
  sources.settle(true)
  sources.take(at(0))
  const second = intake?.stored()
  sources.settle(true)
  expect(await first).toBe(true)
  sources.take(at(2))
  sources.settle(false)
  expect(await second).toBe(false)
})

it('keeps probes of the part that clients come to as probes of the service', () => {
  const sink = sinkOf('probe')
  const up = sink.open({
    about: { part: web, instance: null },
    name: 'probe.up',
    labels: {},
    kind: 'gauge',
    unit: null,
  })
  sink.gauge(up, 1, at(1))
  expect(sources.take(at(2)).inputs).toMatchObject({
    service: { 'default up': { samples: 1 } },
    parts: new Map([['web', { 'default up': expect.objectContaining({ samples: 1 }) }]]),
  })
})

it('takes in no more sources than there can be', () => {
  for (let i = 0; i < 32; i++) sources.intake(sourceName(`s${i}`))?.arrived(at(0))
  expect(sources.intake(sourceName('one-more'))).toBeNull()
})

it('does not take a look for a word', () => {
  expect(sources.intake(sourceName('otlp'))?.part('web')).toBe('web')
  expect(sources.entries()).toEqual([])
})

it('keeps a bounded history', () => {
  const sink = sinkOf('app')
  for (let i = 0; i < 2_000; i++)
    sink.open({ about: whole, name: `x${i}`, labels: {}, kind: 'gauge', unit: null })
  for (let i = 0; i < 2_000; i++) sink.gauge(i, 1, at(1))
  sources.take(at(2))
  expect(sources.history.between(at(0), at(3)).flat()).toHaveLength(500)
})
