// Goal: a recorded stretch goes through the simulator as it was, close to what happened, and under other terms
// as those would have it. Method: a simulated shop is the reality that is recorded.
import { beforeAll, describe, expect, it } from 'vitest'
import type { Service } from '@holdfast/core/agreement'
import {
  addDuration,
  branded,
  durationMs,
  formatMoney,
  hours,
  micros,
  minutes,
  perSecond,
  ratio,
  type EpochMs,
  type LevelName,
} from '@holdfast/core/units'
import { shop, shopAgreement, SIMULATION_BEGINS } from '@holdfast/simulator'
import { readLine, unpackLines } from '../recording/index.ts'
import {
  changedTerms,
  createFigures,
  createWorldRecord,
  replayTicks,
  runWhatIf,
  type Figures,
  type RecordedWorld,
} from './index.ts'
import { recordService } from './testing/recorded-shop.ts'

const BEGINS = addDuration(SIMULATION_BEGINS, hours(9))

const priced = {
  ...shopAgreement,
  price: { kind: 'flat', amount: { currency: 'EUR', micros: micros(1_000_000n) }, per: 'hour' } as const,
  remedies: [{ level: branded<LevelName>('quick'), steps: [{ below: ratio(0.9), discount: ratio(0.1) }] }],
}

/** Its data part takes longer than it is declared to. */
const slower: Service = {
  ...shop,
  parts: shop.parts.map((part) =>
    part.name === 'data' && part.characteristics !== null
      ? { ...part, characteristics: { ...part.characteristics, serviceTime: { mean: durationMs(55) } } }
      : part,
  ),
}

interface Real {
  readonly figures: Figures
  readonly world: RecordedWorld
}

function recorded(service: Service, from: EpochMs): Real {
  const { blocks } = recordService({
    service,
    agreements: [priced],
    load: { kind: 'sine', low: perSecond(3), high: perSecond(9), period: hours(1) },
    begins: BEGINS,
    duration: minutes(50),
  })
  const figures = createFigures()
  const record = createWorldRecord()
  for (const step of replayTicks(blocks.flatMap(({ lines }) => unpackLines(lines).map(readLine)))) {
    if (step.kind !== 'tick') continue
    // What was declared is what the record is read with.
    const input = { ...step.input, service: shop }
    record.add(input)
    if (input.now >= from) figures.add({ ...input, decision: step.decision })
  }
  const world = record.world(from)
  if (world === null) throw new Error('there are ticks')
  return { figures: figures.figures(), world }
}

let real: Real
beforeAll(() => {
  real = recorded(shop, addDuration(BEGINS, minutes(20)))
}, 60_000)

describe('what would have been', () => {
  it('begins before what is asked for, so that it has learned, and counts from there', () => {
    const { world, figures } = real
    expect(world.begins).toBeLessThanOrEqual(addDuration(BEGINS, minutes(5)))
    expect(world.countsFrom).toBeGreaterThanOrEqual(figures.from)
    expect(world.agreements).toEqual([priced])
  })

  it('comes close to what happened under what was in force', () => {
    const { world, figures } = real
    const simulated = runWhatIf({ world, terms: world, gaps: [] })
    expect(Math.abs(simulated.operations / figures.operations - 1)).toBeLessThan(0.01)
    expect(Math.abs(simulated.instanceHours / figures.instanceHours - 1)).toBeLessThan(0.1)
    const share = ({ levels: [level] }: Figures): number =>
      (level?.met ?? 0) / ((level?.met ?? 0) + (level?.missed ?? 1))
    expect(Math.abs(share(simulated) - share(figures))).toBeLessThan(0.05)
    expect(simulated.price).toEqual(figures.price)
  })

  it('takes more instances and more money for a stricter level, and fewer for a laxer one', () => {
    const { world } = real
    const under = (share: number): Figures => {
      const levels = priced.levels.map((level) => ({ ...level, ratio: ratio(share) }))
      // Without a price a promise is kept whatever it takes.
      const agreement = { ...priced, levels, price: null, remedies: [] }
      return runWhatIf({ world, terms: { ...world, agreements: [agreement] }, gaps: [] })
    }
    const [lax, strict] = [under(0.7), under(0.97)]
    expect(strict.instanceHours).toBeGreaterThan(lax.instanceHours * 1.1)
    expect(Number.parseFloat(strict.cost.map(formatMoney).join())).toBeGreaterThan(
      Number.parseFloat(lax.cost.map(formatMoney).join()),
    )
  })

  it('has the service times that were measured, not those that were declared', () => {
    const { world } = recorded(slower, addDuration(BEGINS, minutes(20)))
    const ofData = world.faults.flatMap((fault) =>
      fault.kind === 'slow-code' && fault.part === 'data' ? [fault.factor] : [],
    )
    expect(ofData.length).toBeGreaterThan(10)
    for (const factor of ofData) expect(factor).toBeCloseTo(1.1, 3)
    expect(world.faults).toHaveLength(ofData.length)
  })

  it('begins with nothing where the record begins with the service', () => {
    const { world } = recorded(shop, BEGINS)
    expect(world.initial).toEqual({})
    expect(world.begins).toBeLessThanOrEqual(BEGINS)
    expect(BEGINS - world.begins).toBeLessThan(minutes(1))
  })

  it('does not count what is not on record', () => {
    const { world } = real
    const from = addDuration(world.countsFrom, minutes(10))
    const gap = { from, to: addDuration(from, minutes(10)) }
    const whole = runWhatIf({ world, terms: world, gaps: [] })
    const without = runWhatIf({ world, terms: world, gaps: [gap] })
    expect(whole.ticks - without.ticks).toBe(minutes(10) / 2_000)
  })
})

const stored = [
  {
    kind: 'Owner',
    name: 'team',
    document: { apiVersion: 'holdfast/v1', kind: 'Owner', metadata: { name: 'team' }, spec: {} },
  },
  {
    kind: 'InstanceType',
    name: 'small',
    document: {
      apiVersion: 'holdfast/v1',
      kind: 'InstanceType',
      metadata: { name: 'small' },
      spec: { cpu: 1, memory: '256MiB', price: '0.02 EUR/h' },
    },
  },
  {
    kind: 'Service',
    name: 'shop',
    document: {
      apiVersion: 'holdfast/v1',
      kind: 'Service',
      metadata: { name: 'shop', owner: 'team' },
      spec: {
        gateway: { entry: 'interface' },
        parts: [
          {
            name: 'interface',
            instanceType: 'small',
            run: { command: ['node'], directory: '/srv' },
            instances: { min: 1, max: 3 },
          },
        ],
      },
    },
  },
]

const changedFile = (text: string) => [{ name: 'changed.yaml', directory: '/', text }]

const agreementText = (level: string): string => `
apiVersion: holdfast/v1
kind: Agreement
metadata: { name: shop-agreement }
spec:
  service: shop
  levels:
    - ${level}
`

describe('changed terms', () => {
  const inForce = { service: shop, agreements: [shopAgreement] }
  const level = '{ name: fast, metric: response-time, limit: 200ms, ratio: 90 %, window: hour }'

  it('put an agreement in the place of the one of its name, and leave the service as it is on record', () => {
    const changed = changedTerms(inForce, changedFile(agreementText(level)), stored)
    expect(changed).toMatchObject({
      ok: true,
      value: {
        service: shop,
        agreements: [{ name: 'shop-agreement', from: null, levels: [{ metric: { limit: 200 } }] }],
        changed: ['Agreement "shop-agreement"'],
      },
    })
    expect(changed.ok ? changed.value.agreements : []).toHaveLength(1)
  })

  it('put a service in the place of the recorded one, with the instance types of the server', () => {
    const text = JSON.stringify(stored[2]?.document)
    const changed = changedTerms(inForce, changedFile(text.replace('"max":3', '"max":7')), stored)
    expect(changed).toMatchObject({
      ok: true,
      value: { service: { parts: [{ name: 'interface', maxInstances: 7 }] }, agreements: [shopAgreement] },
    })
  })

  it('are refused with the place of what is wrong, and where nothing is about the service', () => {
    expect(changedTerms(inForce, changedFile(agreementText('{ nmae: x }')), stored)).toMatchObject({
      ok: false,
      error: { code: 'manifest-invalid', faults: [{ place: { source: 'changed.yaml', line: 8 } }] },
    })
    const owner = 'apiVersion: holdfast/v1\nkind: Owner\nmetadata: { name: other }\nspec: {}\n'
    expect(changedTerms(inForce, changedFile(owner), stored)).toMatchObject({
      ok: false,
      error: { code: 'usage' },
    })
  })
})
