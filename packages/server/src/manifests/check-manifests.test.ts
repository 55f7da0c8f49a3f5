// Goal: what manifests say of one another is checked over all of them, each fault at its place.
// Method: the example shop with one thing changed.
import { describe, expect, it } from 'vitest'
import { checkManifests } from './check-manifests.ts'
import { readStored } from './read-manifests.ts'
import type { SourceFile } from './text/parse-yaml.ts'
import { changed, file, linesOf, manifestsIn, placeOf, shopFile, shopFiles } from './testing/shop.ts'

const service = shopFile('service.yaml')
const agreement = shopFile('agreement.yaml')

const faultsIn = (...files: readonly SourceFile[]): readonly string[] =>
  linesOf({ faults: checkManifests(manifestsIn(...files)) }).map((line) => line.replace(/^\S+ \| /, ''))

/** The agreement with one level of its own at night. */
function atNight(from: SourceFile, level: string): SourceFile {
  const promise = `{ name: ${level}, metric: response-time, limit: 1s, ratio: 90 %, window: hour }`
  const night = `{ name: night, period: { timeZone: Europe/Berlin, from: "22:00", to: "06:00" }, levels: [${promise}] }`
  return changed(from, '  remedies:', `  schedule: [${night}]\n  remedies:`)
}

it('finds nothing wrong with the example', () => {
  expect(faultsIn(...shopFiles())).toEqual([])
})

describe('a service', () => {
  it('must be of an owner that exists', () => {
    expect(faultsIn(changed(service, 'owner: shop-team', 'owner: shop-tem'))).toEqual([
      '/metadata/owner | There is no owner "shop-tem". | Did you mean "shop-team"?',
    ])
  })

  it('must use instance types that exist', () => {
    expect(faultsIn(changed(service, 'instanceType: small', 'instanceType: enormous'))).toEqual([
      '/spec/parts/0/instanceType | There is no instance type "enormous". | There is small.',
    ])
  })

  it('must have its entry and its calls among its parts', () => {
    expect(faultsIn(changed(service, 'entry: interface', 'entry: interfaces'))).toEqual([
      '/spec/gateway/entry | There is no part "interfaces". | Did you mean "interface"?',
    ])
    expect(faultsIn(changed(service, '{ part: data }', '{ part: dta }'))).toContain(
      '/spec/parts/1/calls/0/part | There is no part "dta". | Did you mean "data"?',
    )
  })

  it('must not call itself in a circle, and the circle is named at the call that is in it', () => {
    const circle = changed(
      service,
      'capacity: 2/s, startTime: 1s }',
      'capacity: 2/s, startTime: 1s }\n      calls: [{ part: processing }]',
    )
    expect(linesOf({ faults: checkManifests(manifestsIn(circle)) })).toEqual([
      `${placeOf(circle, 'data }]')} | /spec/parts/1/calls/0/part | The parts call each other in a circle: processing → data → processing. | Leave out one of these calls: an operation would never end.`,
    ])
  })

  it('must reach all of its parts from its entry', () => {
    expect(faultsIn(changed(service, '      calls: [{ part: data }]\n', ''))).toEqual([
      '/spec/parts/2/name | No operation ever reaches part "data" from the entry "interface". | Name it among the calls of another part, or make a service of its own of it.',
    ])
  })

  it('must not want more instances than it may have', () => {
    expect(faultsIn(changed(service, 'min: 1, max: 10', 'min: 11, max: 10'))).toEqual([
      '/spec/parts/0/instances/min | At least 11 instances cannot be at most 10. | Write a max that is not below min.',
    ])
  })

  it('must not have a high percentile below its mean, but may have a median there', () => {
    expect(faultsIn(changed(service, 'mean: 50ms', 'mean: 50ms, p90: 40ms'))).toEqual([
      '/spec/parts/2/characteristics/serviceTime | The percentile of 40 ms is below the mean of 50 ms. | Check which of the two was measured how.',
    ])
    expect(faultsIn(changed(service, 'mean: 50ms', 'mean: 50ms, p50: 40ms'))).toEqual([])
  })

  it('must have a port of its own, also against one that was stored before', () => {
    const stored = manifestsIn(service).map(({ document }) => readStored(document, 3))
    const other = changed(service, 'name: shop,', 'name: shop-two,')
    const faults = checkManifests([
      ...stored.flatMap((read) => (read.ok ? [read.value] : [])),
      ...manifestsIn(other).filter(({ manifest }) => manifest.kind === 'Service'),
    ])
    expect(linesOf({ faults })).toEqual([
      `${placeOf(other, '8080, entry')} | /spec/gateway/port | Port 8080 is that of service "shop" already. | Give each service a port of its own.`,
    ])
  })

  it('must be paid in one currency', () => {
    const dollars =
      'apiVersion: holdfast/v1\nkind: InstanceType\nmetadata: { name: large }\nspec: { cpu: 4, memory: 1 GiB, price: 0.1 USD/h }\n'
    expect(
      faultsIn(changed(service, 'instanceType: small', 'instanceType: large'), file('large.yaml', dollars)),
    ).toEqual([
      '/spec/parts/1/instanceType | This part is paid in EUR, the first one in USD. | Use instance types with prices in one currency.',
      '/spec/parts/2/instanceType | This part is paid in EUR, the first one in USD. | Use instance types with prices in one currency.',
    ])
  })
})

describe('an agreement', () => {
  it('must be about a service that exists', () => {
    const orphan = changed(agreement, 'service: shop', 'service: shp')
    expect(linesOf({ faults: checkManifests(manifestsIn(service, orphan)) })).toEqual([
      `${placeOf(orphan, 'shp')} | /spec/service | There is no service "shp". | Did you mean "shop"?`,
    ])
  })

  it('must name levels of its own in its remedies', () => {
    expect(faultsIn(service, changed(agreement, '- level: fast', '- level: slow'))).toEqual([
      '/spec/remedies/0/level | There is no level "slow". | There is fast.',
    ])
  })

  it('must allow the instances that always run, in all and of a part', () => {
    expect(faultsIn(service, changed(agreement, 'atMost: 20', 'atMost: 2'))).toEqual([
      '/spec/conditions/1/instances/atMost | At most 2 instances are allowed, but service "shop" always runs 3. | Allow at least 3, or lower the min of its parts.',
    ])
    expect(faultsIn(service, changed(agreement, 'atMost: 20', 'atMost: 1, part: dat'))).toEqual([
      '/spec/conditions/1/instances/part | There is no part of service "shop" called "dat". | Did you mean "data"?',
    ])
  })

  it('must limit cost in the currency that the service is paid in', () => {
    expect(
      faultsIn(service, changed(agreement, 'instances: { atMost: 20 }', 'cost: { atMostPerMonth: 500 USD }')),
    ).toEqual([
      '/spec/conditions/1/cost/atMostPerMonth | The cost is limited in USD, but the service is paid in EUR. | Write the limit in EUR.',
    ])
  })

  it('must depend on other services that exist', () => {
    const dependsOn = (name: string): readonly string[] =>
      faultsIn(service, changed(agreement, 'characteristics: as-expected', `dependency: ${name}`))
    expect(dependsOn('shop')).toEqual([
      '/spec/conditions/2/dependency | Service "shop" cannot depend on itself. | Name another service, or leave the condition out.',
    ])
    expect(dependsOn('payments')).toEqual([
      '/spec/conditions/2/dependency | There is no service "payments". | There is shop.',
    ])
  })

  it('must not have a level called as one of another agreement on its service, not in its schedule either', () => {
    const other = changed(agreement, 'name: shop-standard', 'name: shop-gold')
    const says =
      'Agreement "shop-standard" on service "shop" has a level "fast" already. | Give this one another name: levels of one service are counted by their names.'
    expect(linesOf({ faults: checkManifests(manifestsIn(service, agreement, other)) })).toEqual([
      `${placeOf(other, 'fast\n')} | /spec/levels/0/name | ${says}`,
    ])
    const renamed = changed(changed(other, 'name: fast', 'name: gold'), 'level: fast', 'level: gold')
    expect(faultsIn(service, agreement, renamed)).toEqual([])
    expect(faultsIn(service, agreement, atNight(renamed, 'fast'))).toEqual([
      `/spec/schedule/0/levels/0/name | ${says}`,
    ])
  })

  it('may have levels of one name in its schedule, and of a name that an agreement on another service has', () => {
    expect(faultsIn(service, atNight(agreement, 'fast'))).toEqual([])
    const named = changed(service, '{ name: shop,', '{ name: shop-two,')
    const secondService = changed(named, 'port: 8080', 'port: 8081')
    const renamed = changed(agreement, 'name: shop-standard', 'name: shop-two-standard')
    const other = changed(renamed, 'service: shop', 'service: shop-two')
    const all = [
      ...manifestsIn(service, agreement, other),
      ...manifestsIn(secondService).filter(({ manifest }) => manifest.kind === 'Service'),
    ]
    expect(checkManifests(all)).toEqual([])
  })

  it('is checked in its schedule too', () => {
    const night =
      'schedule: [{ name: night, period: { timeZone: Europe/Berlin, from: "22:00", to: "06:00" }, conditions: [{ instances: { atMost: 1 } }] }]'
    expect(faultsIn(service, changed(agreement, '  remedies:', `  ${night}\n  remedies:`))).toEqual([
      expect.stringMatching(/^\/spec\/schedule\/0\/conditions\/0\/instances\/atMost \| At most 1 /),
    ])
  })

  it('may have entries that overlap, but none that keeps something from ever being in force', () => {
    const always =
      'schedule: [{ name: all, period: { timeZone: UTC, from: "06:00", to: "06:00" }, conditions: [] }, { name: late, period: { timeZone: UTC, from: "22:00" } }]'
    expect(faultsIn(service, changed(agreement, '  remedies:', `  ${always}\n  remedies:`))).toEqual([
      '/spec/conditions | These conditions are never in force: entry "all" of the schedule always holds. | Give its period times, weekdays or dates, or leave out what it replaces.',
      '/spec/schedule/1/name | Entry "late" is never in force: entry "all" of the schedule always holds. | Give its period times, weekdays or dates, or leave out what it replaces.',
    ])
    const overlapping =
      'schedule: [{ name: work, period: { timeZone: UTC, from: "08:00", to: "18:00" }, conditions: [] }, { name: noon, period: { timeZone: UTC, from: "12:00", to: "13:00" }, conditions: [] }]'
    expect(faultsIn(service, changed(agreement, '  remedies:', `  ${overlapping}\n  remedies:`))).toEqual([])
  })

  it('must not owe anything while its level is still kept', () => {
    expect(faultsIn(service, changed(agreement, 'below: 90 %', 'below: 95 %'))).toEqual([
      '/spec/remedies/0/steps/0/below | Below 95 % something is owed, but level "fast" promises only 90 %. | Write at most 90 %.',
    ])
  })

  it('must be priced in the currency that the service is paid in, by instance types that there are', () => {
    const priced = (price: string): readonly string[] =>
      faultsIn(service, changed(agreement, 'price: { flat: 10 EUR, per: hour }', `price: ${price}`))
    const says = 'This is in USD, but the service is paid in EUR. | Write the amount in EUR.'
    expect(priced('{ flat: 1 USD, per: hour }')).toEqual([`/spec/price/flat | ${says}`])
    expect(priced('{ operations: 1 USD, per: 1000 }')).toEqual([`/spec/price/operations | ${says}`])
    expect(priced('{ load: { per: day, tiers: [{ amount: 1 USD }] } }')).toEqual([
      `/spec/price/load/tiers/0/amount | ${says}`,
    ])
    expect(priced('{ costPlus: { margin: 10 %, inputs: [{ name: power, price: 1 USD/h }] } }')).toEqual([
      `/spec/price/costPlus/inputs/0/price | ${says}`,
    ])
    expect(
      priced('{ deadline: { amount: 1 USD, per: 10, tightness: [{ within: 1h, factor: 2 }] } }'),
    ).toEqual([`/spec/price/deadline/amount | ${says}`])
    expect(priced('{ instanceHours: [{ instanceType: smal, price: 1 EUR/h }] }')).toEqual([
      '/spec/price/instanceHours/0/instanceType | There is no instance type "smal". | Did you mean "small"?',
    ])
    const rate = '{ instanceType: small, price: 1 EUR/h }'
    expect(priced(`{ instanceHours: [${rate}, ${rate}] }`)).toEqual([
      '/spec/price/instanceHours/1/instanceType | The price of "small" is written twice. | Keep one of them.',
    ])
  })

  it('must allow the instance types that the parts of its service are of', () => {
    const dear =
      'apiVersion: holdfast/v1\nkind: InstanceType\nmetadata: { name: dear }\nspec: { cpu: 8, memory: 8 GiB, price: 1 EUR/h }\n'
    const placed = changed(agreement, '  price:', '  places: { instanceTypes: [dear] }\n  price:')
    expect(faultsIn(service, placed, file('dear.yaml', dear))).toEqual([
      '/spec/places/instanceTypes | Service "shop" has parts on "small", which is not among these. | Add small, or give the parts another instance type.',
    ])
  })

  it('must not wait for more parts to be outside than there are', () => {
    expect(
      faultsIn(service, changed(agreement, 'characteristics: as-expected', 'characteristics: { parts: 4 }')),
    ).toEqual([
      '/spec/conditions/2/characteristics/parts | 4 parts can never be outside at once: service "shop" has 3. | Write at most 3.',
    ])
  })

  it('must allow a cold start where a part may have no instance, but for batch work', () => {
    const stopped = changed(service, 'min: 1, max: 15', 'min: 0, max: 15')
    expect(faultsIn(stopped, agreement)).toEqual([
      '/spec/coldStart | Part "data" of service "shop" may have no instance, so an operation may have to wait for a start. | Write coldStart: allowed here, or a min of 1 for data.',
    ])
    expect(faultsIn(stopped, changed(agreement, '  price:', '  coldStart: allowed\n  price:'))).toEqual([])
    const batch = 'batch: { operations: 1000, deadline: 2026-11-28 06:00 Europe/Berlin }\n  parts:'
    expect(faultsIn(changed(stopped, 'parts:', batch), agreement)).toEqual([])
  })
})
