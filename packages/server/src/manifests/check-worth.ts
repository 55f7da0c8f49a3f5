/** Checks what an agreement says of money and places against the service: types, currencies, steps. */
import type { Fault } from '../errors/index.ts'
import type { Price } from '@holdfast/core/agreement'
import { formatRatio } from '@holdfast/core/units'
import { paidIn } from './check-service.ts'
import { manifestsOf, type ManifestOf, type ParsedManifest } from './manifest.ts'
import { missingReference } from './missing-reference.ts'
import type { Locate, Path } from './text/path.ts'

export interface Checked {
  readonly about: ManifestOf<'Service'>
  readonly all: readonly ParsedManifest[]
  readonly locate: Locate
}

/** Amounts are weighed against the cost of instances, which only one currency allows. */
export function checkPrice(price: Price | undefined, checked: Checked): readonly Fault[] {
  if (price === undefined) return []
  const { about, all, locate } = checked
  const expected = paidIn(about, all)
  return [
    ...amountsOf(price).flatMap(({ currency, path }) => {
      if (expected === undefined || currency === expected) return []
      const message = `This is in ${currency}, but the service is paid in ${expected}.`
      return [{ message, hint: `Write the amount in ${expected}.`, place: locate(path) }]
    }),
    ...(price.kind === 'instance-hours' ? checkRates(price, checked) : []),
  ]
}

const PRICE: Path = ['spec', 'price']

function amountsOf(price: Price): readonly { readonly currency: string; readonly path: Path }[] {
  switch (price.kind) {
    case 'flat':
      return [{ currency: price.amount.currency, path: [...PRICE, 'flat'] }]
    case 'operations':
      return [{ currency: price.amount.currency, path: [...PRICE, 'operations'] }]
    case 'deadline':
      return [{ currency: price.amount.currency, path: [...PRICE, 'deadline', 'amount'] }]
    case 'instance-hours':
      return price.rates.map((rate, index) => ({
        currency: rate.price.currency,
        path: [...PRICE, 'instanceHours', index, 'price'],
      }))
    case 'load':
      return price.tiers.map(({ amount }, index) => ({
        currency: amount.currency,
        path: [...PRICE, 'load', 'tiers', index, 'amount'],
      }))
    case 'cost-plus':
      return price.inputs.map((input, index) => ({
        currency: input.price.currency,
        path: [...PRICE, 'costPlus', 'inputs', index, 'price'],
      }))
  }
}

function checkRates(
  { rates }: Extract<Price, { readonly kind: 'instance-hours' }>,
  { all, locate }: Checked,
): readonly Fault[] {
  const seen = new Set<string>()
  return rates.flatMap(({ instanceType, exclusive }, index) => {
    const path = [...PRICE, 'instanceHours', index, 'instanceType']
    const key = `${instanceType} ${exclusive}`
    const again = seen.has(key)
    seen.add(key)
    if (!again) return missingType(instanceType, path, { all, locate })
    const message = `The price of "${instanceType}" is written twice.`
    return [{ message, hint: 'Keep one of them.', place: locate(path) }]
  })
}

/** Only instance types that there are, and all that the service's parts are of. */
export function checkPlaces(
  places: ManifestOf<'Agreement'>['spec']['places'],
  { about, all, locate }: Checked,
): readonly Fault[] {
  const allowed = places?.instanceTypes ?? []
  if (allowed.length === 0) return []
  const path = ['spec', 'places', 'instanceTypes']
  const used = [...new Set(about.spec.parts.map(({ instanceType }) => instanceType))]
  return [
    ...allowed.flatMap((type, index) => missingType(type, [...path, index], { all, locate })),
    ...used.flatMap((type) => {
      if (allowed.includes(type)) return []
      const message = `Service "${about.metadata.name}" has parts on "${type}", which is not among these.`
      return [{ message, hint: `Add ${type}, or give the parts another instance type.`, place: locate(path) }]
    }),
  ]
}

/** What is owed while the level is still kept would be no remedy. */
export function checkRemedies(
  { remedies = [], levels, schedule = [] }: ManifestOf<'Agreement'>['spec'],
  locate: Locate,
): readonly Fault[] {
  const all = [...levels, ...schedule.flatMap((entry) => entry.levels ?? [])]
  return remedies.flatMap(({ level, steps }, index) => {
    const path = ['spec', 'remedies', index]
    const named = all.filter(({ name }) => name === level)
    const among = all.map(({ name }) => name)
    const missing = missingReference({ what: 'level', name: level, among, path: [...path, 'level'] }, locate)
    const [strictest] = named.map(({ ratio }) => ratio).toSorted((left, right) => right - left)
    if (strictest === undefined) return missing
    const above = steps.findIndex(({ below }) => below > strictest)
    const step = steps[above]
    if (step === undefined) return missing
    const says = formatRatio(strictest)
    const message = `Below ${formatRatio(step.below)} something is owed, but level "${level}" promises only ${says}.`
    const hint = `Write at most ${says}.`
    return [{ message, hint, place: locate([...path, 'steps', above, 'below']) }]
  })
}

function missingType(
  name: string,
  path: Path,
  { all, locate }: Pick<Checked, 'all' | 'locate'>,
): readonly Fault[] {
  const among = manifestsOf(all, 'InstanceType').map(({ manifest }) => manifest.metadata.name)
  return missingReference({ what: 'instance type', name, among, path }, locate)
}
