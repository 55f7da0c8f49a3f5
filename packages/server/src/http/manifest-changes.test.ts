// Goal: applying and deleting change all or nothing, say exactly what they changed, and leave an audit entry.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ApplyResponse, JournalEntryView } from './api.ts'
import { agreementText, ownersText, serviceText } from './testing/test-manifests.ts'
import { createTestServer, type Caller, type TestServer } from './testing/test-server.ts'

let test: TestServer
beforeEach(async () => {
  test = await createTestServer()
})
afterEach(() => test[Symbol.asyncDispose]())

async function applied(text: string, as: Caller = 'operator'): Promise<ApplyResponse> {
  const response = await test.apply(text, as)
  expect(response.status).toBe(200)
  return response.json()
}

async function changesOf(url: string): Promise<readonly JournalEntryView[]> {
  return (await test.call({ url: `${url}?kind=change&order=oldest-first` })).json().items
}

describe('applying', () => {
  it('says what was created, changed with each difference, and left as it was', async () => {
    const { applied: views } = await applied(
      `${ownersText.replace('name: red', 'name: green')}---\n${serviceText('red', 9)}---\n${agreementText('red')}`,
    )
    expect(views.map(({ kind, name, action, version }) => [kind, name, action, version])).toEqual([
      ['Owner', 'green', 'created', 1],
      ['Owner', 'blue', 'unchanged', 1],
      ['InstanceType', 'small', 'unchanged', 1],
      ['Service', 'red-shop', 'changed', 2],
      ['Agreement', 'red-gold', 'unchanged', 1],
    ])
    expect(views[3]?.differences).toEqual([{ path: '/spec/parts/0/instances/max', before: 4, after: 9 }])
  })

  it('writes one audit entry for each change, into the chain of the service, in the name of the key', async () => {
    await applied(serviceText('red', 9) + '---' + agreementText('red', '95 %'))
    const entries = await changesOf('/v1/services/red-shop/journal')
    expect(entries.map(({ actor, body }) => [actor, body])).toEqual([
      ['operator key', { action: 'created', kind: 'Service', name: 'red-shop', version: 1, differences: [] }],
      [
        'operator key',
        { action: 'created', kind: 'Agreement', name: 'red-gold', version: 1, differences: [] },
      ],
      [
        'operator key',
        {
          action: 'changed',
          kind: 'Service',
          name: 'red-shop',
          version: 2,
          differences: [{ path: '/spec/parts/0/instances/max', before: 4, after: 9 }],
        },
      ],
      [
        'operator key',
        {
          action: 'changed',
          kind: 'Agreement',
          name: 'red-gold',
          version: 2,
          differences: [{ path: '/spec/levels/0/ratio', before: '90 %', after: '95 %' }],
        },
      ],
    ])
  })

  it('asks the loop for a tick when something changed, and only then', async () => {
    const before = test.live.nudges()
    await applied(serviceText('red'))
    expect(test.live.nudges()).toBe(before)
    await applied(serviceText('red', 5))
    expect(test.live.nudges()).toBe(before + 1)
  })

  it('dry says the same and changes nothing', async () => {
    const [manifests, heads] = [await test.store.manifests(), await test.store.journalHeads()]
    const files = [{ name: 'a.yaml', directory: '/', text: serviceText('red', 9) }]
    const body = { files, dryRun: true }
    const dry = (await test.call({ method: 'POST', url: '/v1/apply', body })).json()
    expect(await test.store.manifests()).toEqual(manifests)
    expect(await test.store.journalHeads()).toEqual(heads)
    expect({ ...dry, dryRun: false }).toEqual(await applied(serviceText('red', 9)))
  })

  it('applies what GET /v1/manifests gives without a change', async () => {
    const { items } = (await test.call({ url: '/v1/manifests' })).json()
    expect(items).toHaveLength(7)
    const texts = items.map(({ document }: { readonly document: unknown }) => JSON.stringify(document))
    const { applied: views } = await applied(texts.join('\n---\n'))
    expect(new Set(views.map(({ action }) => action))).toEqual(new Set(['unchanged']))
  })

  it('lets an owner change an own agreement', async () => {
    const { applied: views } = await applied(agreementText('red', '95 %'), 'red')
    expect(views).toMatchObject([{ name: 'red-gold', action: 'changed', version: 2 }])
  })

  it('leaves a version in force until the next one begins, and shows both', async () => {
    const upcoming = agreementText('red', '95 %').replace(
      '  levels:',
      '  from: 2100-01-01 00:00 UTC\n  levels:',
    )
    await applied(upcoming)
    const { standing, version } = (await test.call({ url: '/v1/agreements/red-gold' })).json()
    expect(version).toBe(2)
    expect(standing).toMatchObject([
      { version: 1, from: null, state: 'in-force', document: { spec: { levels: [{ ratio: '90 %' }] } } },
      { version: 2, from: '2100-01-01T00:00:00.000Z', state: 'upcoming' },
    ])
    const { items } = (await test.call({ url: '/v1/agreements' })).json()
    expect(items.find(({ name }: { readonly name: string }) => name === 'red-gold').standing).toEqual(
      standing,
    )
    await applied(agreementText('red', '97 %'))
    expect((await test.call({ url: '/v1/agreements/red-gold' })).json().standing).toMatchObject([
      { version: 3, state: 'in-force' },
    ])
  })

  it('checks what is applied against the version that is still in force too', async () => {
    const upcoming = agreementText('red', '95 %')
      .replace('name: quick', 'name: quicker')
      .replace('  levels:', '  from: 2100-01-01 00:00 UTC\n  levels:')
    await applied(upcoming)
    const other = agreementText('red').replace('name: red-gold', 'name: red-silver')
    const clash = await test.apply(other)
    expect(clash.status).toBe(422)
    expect(clash.json().faults).toMatchObject([
      {
        message: 'Agreement "red-gold" on service "red-shop" has a level "quick" already.',
        source: 'test.yaml',
      },
    ])
    const scoped = agreementText('red').replace('window: hour', 'window: hour, scope: { part: web }')
    await applied(scoped)
    await applied(upcoming)
    const renamed = await test.apply(serviceText('red').replaceAll('web', 'site'))
    expect(renamed.json().faults).toMatchObject([
      {
        message: 'There is no part of service "red-shop" called "web".',
        source: 'Agreement/red-gold version 3',
      },
    ])
  })

  it('journals since when a version counts and who signed it for each side', async () => {
    const signed = agreementText('red').replace(
      '  levels:',
      '  from: 2026-01-01 00:00 Europe/Berlin\n  signedBy: { owner: R. Red, platform: P. Platform }\n  levels:',
    )
    await applied(signed)
    const entries = await changesOf('/v1/services/red-shop/journal')
    expect(entries.at(-1)?.body).toMatchObject({
      action: 'changed',
      name: 'red-gold',
      from: '2025-12-31T23:00:00.000Z',
      signedBy: { owner: 'R. Red', platform: 'P. Platform' },
    })
    expect((await test.call({ url: '/v1/agreements/red-gold' })).json().standing).toMatchObject([
      { signedBy: { owner: 'R. Red', platform: 'P. Platform' } },
    ])
  })

  it('lets no owner sign for the platform, but apply again what the platform has signed', async () => {
    const signed = agreementText('red').replace(
      '  levels:',
      '  signedBy: { platform: P. Platform }\n  levels:',
    )
    const refused = await test.apply(signed, 'red')
    expect(refused.status).toBe(403)
    expect(refused.json()).toMatchObject({
      code: 'not-allowed',
      detail:
        'Only an operator may sign the agreement "red-gold" for the platform: leave signedBy.platform out.',
    })
    await applied(signed)
    expect((await applied(signed, 'red')).applied).toMatchObject([{ action: 'unchanged' }])
    expect((await test.apply(signed.replace('90 %', '50 %'), 'red')).status).toBe(403)
  })

  it('refuses to move an agreement to another service', async () => {
    const moved = await test.apply(agreementText('red', '90 %', 'blue-shop'))
    expect(moved.status).toBe(422)
    expect(moved.json().faults.slice(1)).toMatchObject([
      {
        message: 'Agreement "red-gold" is about service "red-shop".',
        hint: 'Give the one on another service another name, or delete the present one first.',
        pointer: '/spec/service',
      },
    ])
  })

  it('hands the agreements of a service over with the service', async () => {
    await applied(serviceText('red').replace('owner: red', 'owner: blue'))
    expect((await test.call({ url: '/v1/agreements/red-gold', as: 'blue' })).status).toBe(200)
    expect((await test.call({ url: '/v1/agreements/red-gold', as: 'red' })).status).toBe(404)
  })

  it('goes one after another: of two that come together each builds on the other', async () => {
    await Promise.all([6, 7, 8].map((max) => applied(serviceText('red', max))))
    const versions = await test.store.manifestVersions({ kind: 'Service', name: 'red-shop' })
    expect(versions.map(({ version }) => version)).toEqual([1, 2, 3, 4])
    const bodies = (await changesOf('/v1/services/red-shop/journal')).map(({ body }) => body)
    expect(bodies).toMatchObject([{}, {}, { version: 2 }, { version: 3 }, { version: 4 }])
  })
})

describe('deleting', () => {
  const remove = (url: string, headers: Readonly<Record<string, string>> = {}, as: Caller = 'operator') =>
    test.call({ method: 'DELETE', url, headers, as })

  it('is refused while something refers to it, and says what', async () => {
    const response = await remove('/v1/services/red-shop')
    expect(response.status).toBe(409)
    expect(response.json()).toMatchObject({
      code: 'still-in-use',
      detail: 'The service "red-shop" is still in use by Agreement/red-gold.',
    })
    expect((await remove('/v1/instance-types/small')).status).toBe(409)
    expect((await remove('/v1/owners/red')).status).toBe(409)
  })

  it('takes away, leaves an audit entry, and the journal can still be read', async () => {
    expect((await remove('/v1/agreements/red-gold')).status).toBe(204)
    expect((await remove('/v1/services/red-shop', {}, 'red')).status).toBe(204)
    expect((await test.call({ url: '/v1/services/red-shop' })).status).toBe(404)
    const entries = await changesOf('/v1/services/red-shop/journal')
    expect(entries.map(({ actor, body }) => [actor, body]).slice(2)).toMatchObject([
      ['operator key', { action: 'deleted', kind: 'Agreement', name: 'red-gold', version: 1 }],
      ['red key', { action: 'deleted', kind: 'Service', name: 'red-shop', version: 1 }],
    ])
    expect((await test.call({ url: '/v1/services/red-shop/journal', as: 'red' })).status).toBe(200)
    expect((await test.call({ url: '/v1/services/red-shop/journal', as: 'blue' })).status).toBe(404)
  })

  it('counts on from the last version when it comes again', async () => {
    await remove('/v1/agreements/red-gold')
    expect((await applied(agreementText('red'))).applied).toMatchObject([{ action: 'created', version: 2 }])
  })

  it('deletes only the version that If-Match names', async () => {
    await applied(agreementText('red', '95 %'))
    const { headers } = await test.call({ url: '/v1/agreements/red-gold' })
    expect(headers['etag']).toBe('"2"')
    const refused = await remove('/v1/agreements/red-gold', { 'if-match': '"1"' })
    expect([refused.status, refused.json().code]).toEqual([412, 'version-conflict'])
    expect((await remove('/v1/agreements/red-gold', { 'if-match': '"1", "2"' })).status).toBe(204)
  })
})
