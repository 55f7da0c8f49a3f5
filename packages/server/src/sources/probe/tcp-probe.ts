/** Connects over TCP, says something where it is to, and looks at the first bytes that come back. */
import { connect } from 'node:net'
import type { ProbeReads } from '../source.ts'
import { MAX_ANSWER_BYTES } from './expectation.ts'
import { timed, type Finding } from './finding.ts'

type TcpAsk = Extract<ProbeReads, { readonly kind: 'tcp' }>

export const probeTcp = (ask: TcpAsk, signal: AbortSignal): Promise<Finding> =>
  timed(() => answers(ask, signal))

function answers({ host, port, send, expect }: TcpAsk, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const seen: Buffer[] = []
    let size = 0
    const end = (up: boolean): void => {
      signal.removeEventListener('abort', abort)
      socket.destroy()
      resolve(up)
    }
    const abort = (): void => end(false)
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) return abort()
    socket.once('connect', () => {
      if (expect === null) return send === null ? end(true) : void socket.write(send, () => end(true))
      if (send !== null) socket.write(send)
    })
    socket.on('data', (chunk) => {
      if (expect === null) return
      seen.push(chunk)
      size += chunk.length
      if (Buffer.concat(seen).includes(expect)) end(true)
      else if (size >= MAX_ANSWER_BYTES) end(false)
    })
    socket.on('error', abort)
    socket.once('close', abort)
  })
}
