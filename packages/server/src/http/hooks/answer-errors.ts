/** Every failure leaves as problem+json, also of requests that reach no route. */
import type { FastifyReply } from 'fastify'
import type { Socket } from 'node:net'
import { problem, problemCodes, problemDocument, problemMediaType, type Problem } from '../../errors/index.ts'
import type { Api } from '../context.ts'
import { problemOfError } from '../problem-of-error.ts'

export function answerErrors(api: Api): void {
  api.setErrorHandler((error, request, reply) => {
    const found = problemOfError(error)
    if (found.code === 'internal') request.log.error({ err: error }, 'The request failed')
    return sendProblem(reply, found)
  })
  api.setNotFoundHandler((request, reply) => {
    const [path] = request.url.split('?')
    return sendProblem(reply, problem('not-found', `There is nothing at ${request.method} ${path}.`))
  })
}

function sendProblem(reply: FastifyReply, found: Problem): FastifyReply {
  return reply
    .code(problemCodes[found.code].status)
    .header('cache-control', 'no-store')
    .type(problemMediaType)
    .serializer((document: unknown) => JSON.stringify(document))
    .send(problemDocument(found))
}

/** For what is not even HTTP: Node hands over the bare socket. */
export function answerBrokenRequest(_error: Error, socket: Socket): void {
  if (!socket.writable) return socket.destroy() && undefined
  const body = JSON.stringify(problemDocument(problem('request-invalid', 'This is not an HTTP request.')))
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: ${problemMediaType}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
