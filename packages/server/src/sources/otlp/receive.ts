/** The way of every message, by HTTP or gRPC: who sends it, is there a place, read it, take it in. */
import { refusal, type Answer } from './answers.ts'
import type { Admission } from './admission.ts'
import type { Authenticate } from './authenticate.ts'
import { RETRY_SECONDS } from './limits.ts'
import type { Message, Take } from './take.ts'

interface Sender {
  readonly authorization: string | undefined
  readonly address: string
}

export type Receive = (sender: Sender, read: () => Promise<Message | Answer>) => Promise<Answer>

export interface ReceiveDependencies {
  readonly authenticate: Authenticate
  readonly admission: Admission
  readonly take: Take
  readonly log: { error(fields: object, message: string): void }
}

/** Never rejects: what fails here is ours, and said. */
export function createReceive({ authenticate, admission, take, log }: ReceiveDependencies): Receive {
  return async (sender, read) => {
    try {
      const who = await authenticate(sender.authorization, sender.address)
      if (who.kind === 'unknown') return who.answer
      using place = admission.enter(who.keyId)
      if (place === null)
        return refusal('busy', `Too much is on its way; try again in ${RETRY_SECONDS} s.`, RETRY_SECONDS)
      const message = await read()
      return 'kind' in message ? message : await place.work(() => take(message))
    } catch (error) {
      log.error({ err: error }, 'A message of OpenTelemetry could not be taken in.')
      return refusal('failed', 'The message could not be taken in; the log of the server says why.')
    }
  }
}
