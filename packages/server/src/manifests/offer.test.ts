/** Goal: an offer may state all that an agreement may, for any service, and binds nobody by itself. */
import { branded, type ServiceName } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import { manifestsOf } from './manifest.ts'
import { agreementOfOffer, isOffer } from './offer.ts'
import { readManifests } from './read-manifests.ts'

const offer = (spec: string): Parameters<typeof readManifests>[0] => [
  {
    name: 'offers.yaml',
    directory: '/shop',
    text: `apiVersion: holdfast/v1
kind: Offer
metadata: { name: gold }
spec:
  levels:
    - { name: fast, metric: response-time, limit: 100ms, ratio: 90 %, window: hour }
${spec}`,
  },
]

const PRICED = '  price: { flat: 1 EUR, per: hour }\n'

const faultsOf = (read: ReturnType<typeof readManifests>): readonly string[] =>
  read.ok ? [] : read.error.faults.map(({ message, place }) => `${place.line}: ${message}`)

test('An offer is read as the agreement that it would be for the service asked for.', () => {
  const read = readManifests(offer(PRICED), 'shop')
  expect(read.ok && read.value[0]?.manifest).toMatchObject({
    kind: 'Agreement',
    metadata: { name: 'gold' },
    spec: { service: 'shop', price: { kind: 'flat' } },
  })
  expect(read.ok && read.value.map(({ document }) => isOffer(document))).toEqual([true])
})

test('Where no service is asked for it stays an offer, and is the agreement for any service later.', () => {
  const read = readManifests(offer(PRICED))
  const [stated] = read.ok ? manifestsOf(read.value, 'Offer') : []
  if (stated === undefined) throw new Error('no offer was read')
  expect(stated.manifest).toMatchObject({ kind: 'Offer', metadata: { name: 'gold' } })
  expect(stated.manifest.spec).not.toHaveProperty('service')
  const forShop = readManifests(offer(PRICED), 'shop')
  expect(agreementOfOffer(stated, branded<ServiceName>('shop')).manifest).toEqual(
    forShop.ok && forShop.value[0]?.manifest,
  )
})

test('An offer without a price, or for one service only, is none.', () => {
  expect(faultsOf(readManifests(offer(''), 'shop'))).toEqual(['5: The offer has no price.'])
  expect(faultsOf(readManifests(offer(`${PRICED}  service: shop\n`), 'shop'))).toEqual([
    '8: An offer is for any service, and this one names one.',
  ])
})

test('A mistake in an offer is told at its place, as in an agreement.', () => {
  const read = readManifests(offer(`${PRICED}  conditons: []\n`), 'shop')
  expect(faultsOf(read)).toEqual(['8: There is no key "conditons" in "spec".'])
})
