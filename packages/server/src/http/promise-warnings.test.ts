// Goal: who applies a promise that planning will give up for money is told so at once, and of nothing else.
// Method: a service whose parts are known, and agreements on it with little and with enough at stake.
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ApplyWarning } from './api.ts'
import { agreementText, serviceText } from './testing/test-manifests.ts'
import { createTestServer, type TestServer } from './testing/test-server.ts'

let test: TestServer
beforeEach(async () => {
  test = await createTestServer()
  const known = 'characteristics: { serviceTime: { mean: 50ms }, capacity: 20/s, startTime: 1s }'
  const service = serviceText('red', 20).replace('    - name: web', `    - name: web\n      ${known}`)
  expect((await test.apply(service)).status).toBe(200)
})
afterEach(() => test[Symbol.asyncDispose]())

const promised = (price: string): string =>
  `${agreementText('red').trimEnd()}
  conditions: [{ load: { atMost: 100/s } }]
  price: { flat: ${price}, per: month }
  remedies: [{ level: quick, steps: [{ below: 90 %, discount: 20 % }] }]
`

async function warnings(text: string, dryRun = false): Promise<readonly ApplyWarning[]> {
  const files = [{ name: 'test.yaml', directory: '/', text }]
  const response = await test.call({ method: 'POST', url: '/v1/apply', body: { files, dryRun } })
  expect(response.status).toBe(200)
  return response.json().warnings
}

it('warns with both amounts and the price that is needed, also in a dry run', async () => {
  const dry = await warnings(promised('100 EUR'), true)
  expect(dry).toMatchObject([{ agreement: 'red-gold', entry: null, owedPerMonth: '20.00 EUR' }])
  const [warning] = dry
  expect(warning?.says).toContain(`${warning?.savedPerMonth} a month more than`)
  expect(warning?.says).toContain(`a price well above ${warning?.pricePerMonth} a month`)
  expect(await warnings(promised('100 EUR'))).toEqual(dry)
})

it('says nothing of what is worth keeping, has no price, or is applied again unchanged', async () => {
  expect(await warnings(promised('90000 EUR'))).toEqual([])
  expect(await warnings(agreementText('red'))).toEqual([])
  expect(await warnings(promised('100 EUR'))).toHaveLength(1)
  expect(await warnings(promised('100 EUR'))).toEqual([])
})

it('says nothing where too little is known of the service to quote it', async () => {
  const other = promised('100 EUR').replaceAll('red', 'blue')
  expect(await warnings(other)).toEqual([])
})
