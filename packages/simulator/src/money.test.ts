/** Goal: a run's money is exact: instances by time, and for each broken window the discount that was agreed. */
import type { Agreement } from '@holdfast/core/agreement'
import { branded, epochMs, micros, money, ratio, type LevelName, type PartName } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import { moneyOf } from './money.ts'
import type { RunFigures, WindowFigures } from './run-figures.ts'
import { shop, shopAgreement } from './shop.ts'

const QUICK = branded<LevelName>('quick')
const INTERFACE = branded<PartName>('interface')
const DATA = branded<PartName>('data')
const MINUTE = 60_000

/** 60 EUR/h are 1 EUR a minute. */
const agreement: Agreement = {
  ...shopAgreement,
  remedies: [
    {
      level: QUICK,
      steps: [
        { below: ratio(0.9), discount: ratio(0.1) },
        { below: ratio(0.5), discount: ratio(1) },
      ],
    },
  ],
  price: { kind: 'flat', amount: money(60_000_000n, 'EUR'), per: 'hour' },
}

const window = (minute: number, met: number, missed: number): WindowFigures => ({
  from: epochMs(minute * MINUTE),
  to: epochMs((minute + 1) * MINUTE),
  met,
  missed,
})

const figures = (
  windows: readonly WindowFigures[],
  instanceMs: RunFigures['instanceMs'] = {},
): RunFigures => ({
  levels: [{ level: QUICK, promised: ratio(0.9), windows, secondsWithOperations: 0, secondsBelow: 0 }],
  instanceMs,
  scalings: 0,
  started: 0,
  stopped: 0,
  arrivals: 0,
  completed: 0,
  failed: 0,
})

const accounted = (run: RunFigures, agreements: readonly Agreement[] = [agreement]) =>
  moneyOf({
    service: shop,
    agreements,
    span: { from: epochMs(0), to: epochMs(10 * MINUTE) },
    figures: run,
  })

const eur = (amount: bigint) => [money(amount, 'EUR')]

test('Instances cost their price for the time from their order until they were gone.', () => {
  const run = figures([], { [INTERFACE]: 3_600_000, [DATA]: 1_800_000 })
  // 0.02 EUR/h for one hour and a half.
  expect(accounted(run)).toEqual({ instances: eur(30_000n), remedies: [], total: eur(30_000n) })
})

test('For each window the deepest step that its share fell below is owed, of that window alone.', () => {
  const run = figures([window(0, 90, 10), window(1, 89, 11), window(2, 50, 50), window(3, 49, 51)])
  expect(accounted(run).remedies).toEqual(eur(100_000n + 100_000n + 1_000_000n))
})

test('A window that the end of the figures cuts is priced by the length that lies within.', () => {
  const cut: WindowFigures = { ...window(9, 0, 5), from: epochMs(9.5 * MINUTE), to: epochMs(10.5 * MINUTE) }
  expect(accounted(figures([cut])).remedies).toEqual(eur(500_000n))
})

test('Nothing is owed where nothing was counted, where no price was agreed, or before it was in force.', () => {
  const broken = figures([window(0, 0, 5)])
  expect(accounted(figures([window(0, 0, 0)])).remedies).toEqual([])
  expect(accounted(broken, [{ ...agreement, price: null }]).remedies).toEqual([])
  expect(accounted(broken, [{ ...agreement, from: epochMs(MINUTE) }]).remedies).toEqual([])
})

test('Amounts of different currencies are summed up apart.', () => {
  const dear: Agreement = {
    ...agreement,
    price: { kind: 'flat', amount: money(60_000_000n, 'USD'), per: 'hour' },
  }
  const run = figures([window(0, 0, 5)], { [DATA]: 3_600_000 })
  expect(accounted(run, [dear]).total).toEqual([
    { currency: 'EUR', micros: micros(20_000n) },
    { currency: 'USD', micros: micros(1_000_000n) },
  ])
})
