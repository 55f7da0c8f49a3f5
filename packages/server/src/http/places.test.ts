// Goal: agreements are applied only where their places can be followed, what is stored is kept and told of,
// and an owner learns nothing of another. Method: a server in the region north, and stores written before.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { agreementText, serviceText } from './testing/test-manifests.ts'
import { createTestServer, type TestServer } from './testing/test-server.ts'

let test: TestServer
beforeEach(async () => {
  test = await createTestServer({ region: 'north' })
})
afterEach(() => test[Symbol.asyncDispose]())

const placed = (owner: string, places: string): string =>
  agreementText(owner).replace('  levels:', `  places: ${places}\n  levels:`)

/** As it was applied when the server ran elsewhere, or by an earlier release. */
async function storeAgreement(owner: string, places: string): Promise<void> {
  const ref = { kind: 'Agreement', name: `${owner}-gold` } as const
  const before = await test.store.manifest(ref)
  const document = JSON.parse(before?.document ?? '{}')
  const text = JSON.stringify({ ...document, spec: { ...document.spec, places: JSON.parse(places) } })
  await test.store.applyManifests([{ ...ref, owner, document: text }], 'operator', test.now(), [])
}

it('says in which region the platform is', async () => {
  expect((await test.call({ url: '/readyz', as: null })).json()).toMatchObject({ region: 'north' })
})

it('applies an agreement for this region, and changes nothing for one of another', async () => {
  expect((await test.apply(placed('red', '{ mustRunIn: [north] }'))).status).toBe(200)
  const versions = () => test.store.manifestVersions({ kind: 'Agreement', name: 'red-gold' })
  const before = await versions()
  const response = await test.apply(placed('red', '{ mustRunIn: [north, south] }'))
  expect(response.status).toBe(422)
  expect(response.json()).toMatchObject({
    code: 'manifest-invalid',
    faults: [
      {
        message: 'Instances must run in "south". This platform is in "north" alone.',
        source: 'test.yaml',
        line: 7,
        pointer: '/spec/places/mustRunIn/1',
      },
    ],
  })
  expect(await versions()).toEqual(before)
})

it('refuses a host for one owner beside another, and names that one to operators alone', async () => {
  const alone = placed('red', '{ exclusive: true }')
  expect((await test.apply(alone)).json().faults).toMatchObject([
    { message: 'The host is to be for one owner, and service "blue-shop" of owner "blue" runs on it.' },
  ])
  const toOwner = await test.apply(alone, 'red')
  expect(toOwner.status).toBe(422)
  expect(toOwner.text).not.toContain('blue')
  expect(toOwner.json().faults).toMatchObject([
    {
      message: 'The host is to be for one owner, and services of other owners run on it.',
      pointer: '/spec/places/exclusive',
    },
  ])
})

it('refuses the service of another owner beside an agreement that has the host alone', async () => {
  for (const path of ['agreements/blue-gold', 'services/blue-shop'])
    expect((await test.call({ method: 'DELETE', url: `/v1/${path}` })).status).toBe(204)
  expect((await test.apply(placed('red', '{ exclusive: true }'))).status).toBe(200)
  const response = await test.apply(serviceText('blue'))
  expect(response.status).toBe(422)
  expect(response.json().faults).toMatchObject([
    {
      message: 'Agreement "red-gold" keeps this host for the services of owner "red".',
      pointer: '/metadata/owner',
    },
  ])
})

it('keeps and shows what was applied elsewhere, lets the rest be changed, and takes it back here', async () => {
  await storeAgreement('red', '{ "mustRunIn": ["south"], "exclusive": true }')
  const shown = (await test.call({ url: '/v1/agreements/red-gold', as: 'red' })).json()
  expect(shown.unmetPlaces).toEqual([
    'Instances must run in "south". This platform is in "north" alone.',
    'The host is to be for one owner, and services of other owners run on it.',
  ])
  expect((await test.apply(serviceText('red', 9))).status).toBe(200)
  expect((await test.apply(serviceText('blue', 9))).status).toBe(200)
  expect((await test.apply(placed('red', '{ mustRunIn: [south] }'))).status).toBe(422)
  expect((await test.apply(agreementText('red'))).status).toBe(200)
  expect((await test.call({ url: '/v1/agreements/red-gold' })).json()).not.toHaveProperty('unmetPlaces')
})
