/** Sends one operation through the gateway and says how it ended; a fault is an ending like another. */
import { Agent, request as open } from 'node:http'
import type { SampleRequest } from './requests.ts'

export interface Answered {
  /** Null when no answer came. */
  readonly status: number | null
  /** The start of the body, or what went wrong. */
  readonly says: string
}

/** Enough of an answer to see why it is an error. */
const KEPT_CHARACTERS = 200

/** Answers longer than this are taken for lost: the gateway gives up before. */
const LOST_AFTER_MS = 120_000

export const succeeded = ({ status }: Answered): boolean => status !== null && status < 400

/** Connections are kept, as a real caller keeps them, and are never short. */
export function createSender(): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity, scheduling: 'lifo' })
  return {
    send: (base, sample, signal) => send(agent, base, sample, signal),
    [Symbol.dispose]: () => agent.destroy(),
  }
}

export interface Sender extends Disposable {
  send(base: string, sample: SampleRequest, signal: AbortSignal): Promise<Answered>
}

function send(agent: Agent, base: string, sample: SampleRequest, signal: AbortSignal): Promise<Answered> {
  const { method, target, headers, body } = sample
  return new Promise((resolve) => {
    const sending = open(`${base}${target}`, { agent, method, headers, signal, timeout: LOST_AFTER_MS })
    sending.on('response', (answer) => {
      let says = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        if (says.length < KEPT_CHARACTERS) says += chunk.slice(0, KEPT_CHARACTERS)
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? null, says }))
      answer.on('error', (error) => resolve({ status: null, says: error.message }))
    })
    sending.on('timeout', () => sending.destroy(new Error(`no answer within ${LOST_AFTER_MS} ms`)))
    sending.on('error', (error) => resolve({ status: null, says: error.message }))
    sending.end(body ?? undefined)
  })
}
