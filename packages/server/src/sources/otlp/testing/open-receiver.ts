/** A receiver on free ports that knows two keys, for tests. */
import { epochMs } from '@holdfast/core/units'
import { refusal } from '../answers.ts'
import { createOtlpReceiver } from '../receiver.ts'
import type { Intakes } from '../../intake.ts'

export const KEY = 'hf_key'
const OTHER_KEY = 'hf_other'
export const bearer: Readonly<Record<string, string>> = { authorization: `Bearer ${KEY}` }

export interface OpenReceiver extends AsyncDisposable {
  readonly http: string
  readonly grpc: string
  readonly errors: unknown[]
}

export async function openReceiver(intakes: Intakes, now = (): number => Date.now()): Promise<OpenReceiver> {
  const errors: unknown[] = []
  const receiver = createOtlpReceiver({
    intakes,
    clock: { now: () => epochMs(now()) },
    authenticate: async (authorization) =>
      authorization === `Bearer ${KEY}` || authorization === `Bearer ${OTHER_KEY}`
        ? { kind: 'known', keyId: authorization }
        : { kind: 'unknown', answer: refusal('key-wrong', 'The key is wrong.') },
    log: { error: (fields) => void errors.push(fields) },
  })
  const [http, grpc] = await Promise.all([
    receiver.listenHttp({ host: '127.0.0.1', port: 0 }),
    receiver.listenGrpc({ host: '127.0.0.1', port: 0 }),
  ])
  return {
    http: `http://127.0.0.1:${http}`,
    grpc: `http://127.0.0.1:${grpc}`,
    errors,
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  }
}
