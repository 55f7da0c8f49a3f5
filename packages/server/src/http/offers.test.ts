// Goal: offers are a catalogue that operators fill and every owner chooses from, quoted for a service as it is.
// Method: a server in the region north with two owners, offers that fit, and such that do not.
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { OfferView, ServiceOffersView } from './api.ts'
import { testDetail } from './testing/test-live.ts'
import { createTestServer, type Caller, type TestServer } from './testing/test-server.ts'

let test: TestServer
beforeEach(async () => {
  test = await createTestServer({ region: 'north' })
  await test.apply(service('characteristics: { serviceTime: { mean: 20ms }, capacity: 50/s, startTime: 1s }'))
})
afterEach(() => test[Symbol.asyncDispose]())

const service = (part: string): string => `
apiVersion: holdfast/v1
kind: Service
metadata: { name: red-shop, owner: red }
spec:
  gateway: { entry: web }
  parts:
    - name: web
      instanceType: small
      run: { command: [node, web.js], directory: /srv/shop }
      instances: { min: 1, max: 8 }
      ${part}
`

const offer = (name: string, load: string, price: string, more = ''): string => `
apiVersion: holdfast/v1
kind: Offer
metadata: { name: ${name} }
spec:
  levels:
    - { name: quick, metric: response-time, limit: 100ms, ratio: 90 %, window: hour }
  conditions: [${load}]
  price: { flat: ${price}, per: month }
${more}`

const at = (load: string): string => `{ load: { atMost: ${load} } }`

async function applied(...texts: readonly string[]): Promise<void> {
  expect((await test.apply(texts.join('---'))).status).toBe(200)
}

async function offersFor(query = '', as: Caller = 'red'): Promise<ServiceOffersView> {
  const response = await test.call({ url: `/v1/services/red-shop/offers${query}`, as })
  expect(response.status).toBe(200)
  return response.json()
}

const only = ({ offers }: ServiceOffersView): OfferView | undefined => offers[0]

it('lists those that can be kept first, the cheapest price first, with what each takes and costs', async () => {
  await applied(
    offer('gold', at('100/s'), '900 EUR'),
    offer('bronze', at('10/s'), '100 EUR'),
    offer('huge', at('5000/s'), '50 EUR'),
  )
  const { service: name, offers } = await offersFor()
  expect(name).toBe('red-shop')
  expect(offers.map((one) => [one.offer, one.canBeKept])).toEqual([
    ['bronze', true],
    ['gold', true],
    ['huge', false],
  ])
  expect(offers[0]?.quote).toEqual({
    loadPerSecond: 10,
    counts: { web: 1 },
    instances: 1,
    costPerMonth: '36.50 EUR',
    pricePerMonth: '100.00 EUR',
    marginPerMonth: '63.50 EUR',
  })
  expect(offers[2]?.because).toHaveLength(1)
  expect(offers[2]?.relax).not.toEqual([])
})

it('goes by what was measured once enough was, and else by what is expected', async () => {
  await applied(offer('gold', at('100/s'), '900 EUR'))
  const expected = await offersFor()
  expect(expected.profile).toEqual([{ part: 'web', expectedServiceMs: 20, measuredServiceMs: null }])
  const [part] = testDetail('red-shop', 'red').partDetails
  if (part === undefined) throw new Error('no part')
  test.live.put(testDetail('red-shop', 'red', { partDetails: [{ ...part, plannedServiceMs: 29 }] }))
  const measured = await offersFor()
  expect(measured.profile).toMatchObject([{ measuredServiceMs: 29 }])
  expect(only(measured)?.quote?.instances).toBeGreaterThan(only(expected)?.quote?.instances ?? Infinity)
})

it('quotes for the load that is asked for, and refuses one that is none', async () => {
  await applied(offer('gold', at('100/s'), '900 EUR'))
  expect(only(await offersFor('?load=10/s'))?.quote).toMatchObject({ loadPerSecond: 10, instances: 1 })
  for (const load of ['0/s', 'much']) {
    const refused = await test.call({ url: `/v1/services/red-shop/offers?load=${load}` })
    expect([refused.status, refused.json().faults[0].pointer]).toEqual([400, '/query/load'])
  }
})

it('says of an offer that does not fit why, and leaves the others as they are', async () => {
  await applied(
    offer('elsewhere', at('10/s'), '10 EUR', '  places: { mustRunIn: [south] }\n'),
    offer('scoped', at('10/s'), '20 EUR').replace('window: hour', 'window: hour, scope: { part: cache }'),
    offer('any-load', '', '30 EUR'),
    offer('fits', at('10/s'), '40 EUR'),
  )
  const { offers } = await offersFor()
  const found = Object.fromEntries(offers.map((one) => [one.offer, one]))
  expect(found['fits']).toMatchObject({ canBeKept: true, because: [] })
  expect(found['elsewhere']).toMatchObject({
    canBeKept: false,
    because: ['Instances must run in "south". This platform is in "north" alone.'],
    quote: { instances: 1 },
  })
  expect(found['scoped']).toMatchObject({
    canBeKept: false,
    because: ['There is no part of service "red-shop" called "cache".'],
    quote: null,
  })
  expect(found['any-load']).toMatchObject({ canBeKept: false, quote: null })
  expect(found['any-load']?.because[0]).toContain('promises its levels at any load')
})

it('does not mind that the agreement in force has a level of the same name, nor the same name itself', async () => {
  await applied(offer('red-gold', at('10/s'), '40 EUR'))
  expect(only(await offersFor())).toMatchObject({ offer: 'red-gold', canBeKept: true })
})

it('names the part of a service that says too little, at its place', async () => {
  await applied(service(''), offer('gold', at('10/s'), '40 EUR'))
  const refused = await test.call({ url: '/v1/services/red-shop/offers' })
  expect(refused.status).toBe(422)
  expect(refused.json().faults).toMatchObject([{ source: 'Service/red-shop', pointer: '/spec/parts/0' }])
})

it('lets operators alone apply and delete offers, every owner read them, and binds nobody by them', async () => {
  expect((await test.apply(offer('gold', at('10/s'), '40 EUR'), 'red')).status).toBe(403)
  await applied(offer('gold', at('10/s'), '40 EUR'))
  expect((await test.call({ url: '/v1/offers/gold', as: 'blue' })).json()).toMatchObject({
    kind: 'Offer',
    owner: null,
  })
  expect((await test.call({ url: '/v1/agreements/gold' })).status).toBe(404)
  expect((await test.call({ method: 'DELETE', url: '/v1/offers/gold', as: 'red' })).status).toBe(403)
  expect((await test.call({ method: 'DELETE', url: '/v1/offers/gold' })).status).toBe(204)
  expect((await offersFor()).offers).toEqual([])
})
