/**
 * What comes by OpenTelemetry: metrics and traces, over HTTP and gRPC, each on a listener of its own. Both go the same way
 * and share their bounds, so that no sender, by whichever, takes what others need.
 */
import type { Server } from 'node:http'
import type { Http2Server, ServerHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createAdmission } from './admission.ts'
import type { Authenticate } from './authenticate.ts'
import { createGrpcReceiver } from './grpc-receiver.ts'
import { createHttpReceiver } from './http-receiver.ts'
import { createReceive } from './receive.ts'
import { createTake, type TakeDependencies } from './take.ts'

export interface OtlpReceiverDependencies extends TakeDependencies {
  readonly authenticate: Authenticate
  readonly log: { error(fields: object, message: string): void }
}

interface Listening {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
}

export interface OtlpReceiver extends AsyncDisposable {
  /** Resolves to the port; rejects where it cannot be listened on. */
  listenHttp(on: Listening): Promise<number>
  listenGrpc(on: Listening): Promise<number>
}

export function createOtlpReceiver(given: OtlpReceiverDependencies): OtlpReceiver {
  const { authenticate, log } = given
  const receive = createReceive({ authenticate, log, take: createTake(given), admission: createAdmission() })
  const http = createHttpReceiver(receive)
  const grpc = createGrpcReceiver(receive)
  const sessions = new Set<ServerHttp2Session>()
  grpc.on('session', (session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
  })
  return {
    listenHttp: (on) => listen(http, on),
    listenGrpc: (on) => listen(grpc, on),
    async [Symbol.asyncDispose]() {
      const closed = Promise.all([closedOf(http), closedOf(grpc)])
      http.closeAllConnections()
      for (const session of sessions) session.destroy()
      await closed
    },
  }
}

function listen(server: Server | Http2Server, { host, port }: Listening): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      const { port } = server.address() as AddressInfo
      resolve(port)
    })
  })
}

const closedOf = (server: Server | Http2Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
  })
