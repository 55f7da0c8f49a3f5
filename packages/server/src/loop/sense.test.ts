// Goal: what decisions look at tells a lack of instances from faults of the application.
// Method: a real gateway, whose measurement is put together as the loop does it.
import { expect, it } from 'vitest'
import type { Part, Service } from '@holdfast/core/agreement'
import { branded, micros, type InstanceTypeName } from '@holdfast/core/units'
import { SHOP, startInstance, startShop, WEB, type Shop } from '../platforms/gateway/gateway-fixture.ts'
import { observe } from './sense.ts'

const web: Part = {
  name: WEB,
  instanceType: branded<InstanceTypeName>('small'),
  price: { currency: 'EUR', microsPerHour: micros(0n) },
  revision: 'r1',
  characteristics: null,
  calls: [],
  minInstances: 1,
  maxInstances: 1,
}
const service: Service = {
  name: SHOP,
  entry: WEB,
  parts: [web],
  mode: 'act',
  hints: [],
  batch: null,
}

function observed(shop: Shop): ReturnType<typeof observe> {
  const measured = shop.measure()
  return observe({
    service,
    span: { from: measured.from, to: measured.to },
    measured,
    answers: [],
    untold: [],
    instances: [],
    hosts: new Map(),
  })
}

it('does not take what found no instance for failures of the part, though it failed for the clients', async () => {
  await using shop = await startShop({ endpoints: [], limits: { queued: 0 } })
  expect((await fetch(shop.url)).status).toBe(503)
  expect(observed(shop)).toMatchObject({ failed: 1, parts: [{ failed: 0, refused: 1 }] })
})

it('takes what an instance answered with an error for a failure of the part', async () => {
  await using instance = await startInstance('web-1', (_, response) => void response.writeHead(500).end())
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  expect((await fetch(shop.url)).status).toBe(500)
  expect(observed(shop)).toMatchObject({ failed: 1, parts: [{ failed: 1, refused: 0 }] })
})
