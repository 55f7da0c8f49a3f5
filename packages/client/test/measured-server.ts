/** A stand-in for Holdfast that keeps what it is told, and servers over real sockets that are measured. */
import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMeter, type Meter, type MeterOptions } from '../src/index.ts'

interface Told {
  readonly operation: string
  readonly class: string
  readonly outcome: string
  readonly count: number
  readonly min: number
}

interface Batch {
  readonly activeMs: number
  readonly series: readonly Told[]
}

export interface Listening extends AsyncDisposable {
  readonly port: number
}

export async function listening(server: Server): Promise<Listening> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const serving = (listener: RequestListener): Promise<Listening> => listening(createServer(listener))

export interface Bench extends AsyncDisposable {
  readonly meter: Meter
  /** Sends what was recorded; all that was told so far, as "operation class outcome" with how often. */
  told(): Promise<Readonly<Record<string, number>>>
  readonly all: Batch[]
}

export async function measured(options: Partial<MeterOptions> = {}): Promise<Bench> {
  const all: Batch[] = []
  const holdfast = await serving(async (asked, answer) => {
    all.push(JSON.parse(await textOf(asked)) as Batch)
    answer.end('{"counted":true,"limitsMs":[]}')
  })
  const meter = createMeter({
    url: `http://127.0.0.1:${holdfast.port}`,
    key: 'k',
    service: 'shop',
    part: 'web',
    everyMs: 3_600_000,
    ...options,
  })
  return {
    meter,
    all,
    told: async () => {
      await meter.flush()
      const counts: Record<string, number> = {}
      for (const { operation, class: its, outcome, count } of all.flatMap(({ series }) => series)) {
        const key = `${operation} ${its} ${outcome}`
        counts[key] = (counts[key] ?? 0) + count
      }
      return counts
    },
    [Symbol.asyncDispose]: async () => {
      await meter.close()
      await holdfast[Symbol.asyncDispose]()
    },
  }
}

export async function textOf(message: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of message.setEncoding('utf8')) text += String(chunk)
  return text
}

export const get = (port: number, path: string, headers: Record<string, string> = {}): Promise<string> =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers }).then((answer) => answer.text())

/** Goes away once the first bytes of the answer are there. */
export async function goAwayFrom(port: number, path: string): Promise<void> {
  const asked = request({ host: '127.0.0.1', port, path, agent: false }).end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  answer.on('error', () => {})
  await once(answer, 'data')
  asked.destroy()
}
