/**
 * A small shop that measures itself: requests by the middleware of node:http, and an import that runs by itself, which no
 * gateway sees. The key is read from the file that HOLDFAST_KEY_FILE names; the rest is in an instance's environment.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMeter, type MeterState } from '../../packages/client/src/index.ts'

const { PORT = '8090', HOLDFAST_KEY_FILE = '' } = process.env

let said = ''
/** Says it when something changes, not each time. */
function tell({ is, says }: MeterState): void {
  const line = says === null ? is : `${is}: ${says}`
  if (line !== said) process.stdout.write(`meter ${line}\n`)
  said = line
}

const meter = createMeter({
  ...(existsSync(HOLDFAST_KEY_FILE) ? { key: readFileSync(HOLDFAST_KEY_FILE, 'utf8').trim() } : {}),
  onState: tell,
})
tell(meter.state())

const answer: RequestListener = async (request, response) => {
  if (request.url === '/report') {
    for (let page = 1; page <= 5; page += 1) {
      response.write(`page ${page}\n`)
      await sleep(100)
    }
    response.end('whole\n')
    return
  }
  await sleep(10 + 30 * Math.random())
  response.statusCode = request.url === '/orders/13' ? 500 : 200
  response.end(`${request.url}\n`)
}

const shop = createServer(meter.http(answer))

const importCatalogue = meter.wrap('import catalogue', async () => {
  await sleep(200 + 100 * Math.random())
  if (Math.random() < 0.1) throw new Error('the catalogue was not there')
})
const importing = setInterval(() => void importCatalogue().catch(() => {}), 2_000)

async function stop(): Promise<void> {
  clearInterval(importing)
  shop.close()
  await meter.close()
}

process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())
shop.listen(Number(PORT), '127.0.0.1', () => process.stdout.write(`listens on ${PORT}\n`))
