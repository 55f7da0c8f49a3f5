/**
 * Requests straight to the instances of a shop that tells how long each took, and what all of them come to: what a
 * level must have counted. Some are slower than its limit, some end with a 500.
 */
import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export const LIMIT_MS = 300

interface Answered {
  readonly operations: number
  readonly completed: number
  readonly failed: number
  /** Those within the limit that did not fail, and all others. */
  readonly met: number
  readonly missed: number
}

export interface CountedLoad {
  /** What was answered so far. */
  readonly answered: () => Answered
  /** Resolves when all that were sent are answered; rejects where one was not. */
  stop(): Promise<Answered>
}

const LANES = 4
const PAUSE_MS = 15
const SLOW_MS = 400

/** Every so many. */
const [SLOW, FAILED] = [11, 7]

export function sendTo(addresses: readonly string[]): CountedLoad {
  const agent = new Agent({ keepAlive: true, maxSockets: LANES })
  const counts = { operations: 0, completed: 0, failed: 0, met: 0, missed: 0 }
  let sent = 0
  const stopped = new AbortController()
  const lane = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const nth = sent++
      const address = addresses[nth % addresses.length] ?? ''
      const status = nth % FAILED === 0 ? 500 : 200
      const ms = nth % SLOW === 0 ? SLOW_MS : nth % 3
      const tookMs = await ask(`http://${address}/orders?ms=${ms}&status=${status}`, agent)
      const isMet = status === 200 && tookMs <= LIMIT_MS
      counts.operations += 1
      counts[status === 200 ? 'completed' : 'failed'] += 1
      counts[isMet ? 'met' : 'missed'] += 1
      await sleep(PAUSE_MS)
    }
  }
  const lanes = Promise.all(Array.from({ length: LANES }, lane))
  // It is waited for later; until then nobody is to take it for lost.
  lanes.catch(() => {})
  return {
    answered: () => ({ ...counts }),
    async stop() {
      stopped.abort()
      await lanes
      agent.destroy()
      return { ...counts }
    },
  }
}

/** How long it took there, as the shop says. */
function ask(url: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.once('end', () => resolve((JSON.parse(text) as { readonly tookMs: number }).tookMs))
    }).once('error', reject)
  })
}
