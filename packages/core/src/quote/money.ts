/** What instances cost, what the owner pays for them, and what is owed for windows that break. */
import {
  discountFor,
  HOURS_PER_MONTH,
  priceOfWindow,
  windowLength,
  type Agreement,
  type Price,
  type Service,
  type Terms,
} from '../agreement/index.ts'
import type { InstanceCounts } from '../allocation/index.ts'
import {
  addDuration,
  costOf,
  hours,
  money,
  ratio,
  type DurationMs,
  type EpochMs,
  type Money,
} from '../units/index.ts'
import type { HourAndMonth, LevelQuote, QuotedMoney, RemedyAtStake } from './quote-types.ts'

const SECONDS_PER_HOUR = 3_600

export interface Priced {
  readonly service: Service
  readonly agreement: Agreement
  readonly terms: Terms
  readonly counts: InstanceCounts
  readonly rate: number
  readonly levels: readonly LevelQuote[]
  readonly at: EpochMs
}

export function quoteMoney(priced: Priced): QuotedMoney {
  const cost = costOfCounts(priced.service, priced.counts)
  const [price, priceSays] = priceOf(priced, cost)
  return {
    cost,
    price,
    priceSays,
    margin: price === null ? null : marginOf(price, cost),
    remedies: remediesAtStake(priced, price),
  }
}

/** In the currency of the first part; a service's parts are paid in one currency. */
export function costOfCounts({ parts }: Service, counts: InstanceCounts): HourAndMonth {
  const currency = parts[0]?.price.currency ?? ''
  const during = (span: DurationMs): Money =>
    money(
      parts.reduce((sum, { name, price }) => sum + costOf(price, span, counts[name] ?? 0).micros, 0n),
      currency,
    )
  return { perHour: during(hours(1)), perMonth: during(hours(HOURS_PER_MONTH)) }
}

function marginOf(price: HourAndMonth, cost: HourAndMonth): HourAndMonth | null {
  if (price.perHour.currency !== cost.perHour.currency) return null
  const less = (left: Money, right: Money): Money => money(left.micros - right.micros, left.currency)
  return { perHour: less(price.perHour, cost.perHour), perMonth: less(price.perMonth, cost.perMonth) }
}

type Said = readonly [price: HourAndMonth | null, says: string]

function priceOf(priced: Priced, cost: HourAndMonth): Said {
  const { price } = priced.agreement
  switch (price?.kind) {
    case undefined:
      return [null, 'No price was agreed.']
    case 'flat':
      return [overTime(priced, price), `Flat per ${price.per}.`]
    case 'operations':
      return [overTime(priced, price), 'By operations, at this load all the time.']
    case 'load':
      return [overTime(priced, price), 'By the tier that this load lies in.']
    case 'deadline':
      return [null, 'The price of batch work depends on the work and its deadline.']
    case 'instance-hours':
      return byInstanceHours(priced, price)
    case 'cost-plus':
      return costPlus(priced, price, cost)
  }
}

function overTime({ rate, at }: Priced, price: Price): HourAndMonth | null {
  const during = (count: number): Money | null =>
    priceOfWindow(price, { from: at, to: addDuration(at, hours(count)) }, rate * SECONDS_PER_HOUR * count)
  const [perHour, perMonth] = [during(1), during(HOURS_PER_MONTH)]
  return perHour === null || perMonth === null ? null : { perHour, perMonth }
}

function byInstanceHours(
  { service, agreement, counts }: Priced,
  { rates }: Extract<Price, { kind: 'instance-hours' }>,
): Said {
  const exclusive = agreement.places?.exclusive ?? false
  let perHour: Money | null = null
  for (const { name, instanceType } of service.parts) {
    const found = rates.find((rate) => rate.instanceType === instanceType && rate.exclusive === exclusive)
    if (found === undefined) return [null, `The price names no rate for the instance type ${instanceType}.`]
    if (perHour !== null && found.price.currency !== perHour.currency)
      return [null, 'Its rates are in several currencies.']
    const more = costOf(found.price, hours(1), counts[name] ?? 0)
    perHour = money((perHour?.micros ?? 0n) + more.micros, more.currency)
  }
  if (perHour === null) return [null, 'There is no part to pay for.']
  return [{ perHour, perMonth: times(perHour, HOURS_PER_MONTH) }, 'By instance-hours.']
}

function costPlus(
  { counts }: Priced,
  { margin, inputs, busy }: Extract<Price, { kind: 'cost-plus' }>,
  cost: HourAndMonth,
): Said {
  if (inputs.some(({ price }) => price.currency !== cost.perHour.currency))
    return [null, 'Its inputs are in another currency than the instances.']
  const instances = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const added = inputs.reduce((sum, { price }) => sum + costOf(price, hours(1), instances).micros, 0n)
  const perHour = times(money(cost.perHour.micros + added, cost.perHour.currency), 1 + margin)
  const outside = busy.length === 0 ? '' : `, outside of ${busy.map(({ name }) => name).join(' and ')}`
  return [
    { perHour, perMonth: times(perHour, HOURS_PER_MONTH) },
    `Cost and ${Number((margin * 100).toFixed(1))} %, at the present prices of its inputs${outside}.`,
  ]
}

function remediesAtStake(priced: Priced, price: HourAndMonth | null): readonly RemedyAtStake[] {
  const { agreement, terms, levels, at } = priced
  return agreement.remedies.flatMap(({ level, steps }) => {
    const promised = terms.levels.find(({ name }) => name === level)
    if (promised === undefined) return []
    const share = levels.find((one) => one.level === level)?.predicted ?? 1
    const due = discountFor(agreement.remedies, level, share)
    const windowHours = windowLength(promised.window, at) / hours(1)
    return steps.map(({ below, discount }) => ({
      level,
      below,
      discount,
      perWindow: price === null ? null : times(price.perHour, windowHours * discount),
      predicted: due > 0 && discount === ratio(due),
    }))
  })
}

/** To the micro-unit; what is quoted is an estimate, never a bill. */
const times = ({ micros, currency }: Money, factor: number): Money =>
  money(BigInt(Math.round(Number(micros) * factor)), currency)
