/** What several routes take: names in the path and instants in the query, checked to units at the boundary. */
import { parseInstant, parseName, type EpochMs, type ServiceName } from '@holdfast/core/units'
import type { FastifyReply } from 'fastify'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { problem, ProblemError } from '../errors/index.ts'

export const namePath = z.object({ name: z.string().min(1) })

/** An instant as a query gives it. */
export const instantQuery = z
  .string()
  .optional()
  .describe('ISO 8601 with a zone, such as 2026-11-27T09:00:00Z.')

export function instantIn(pointer: string, text: string): EpochMs {
  const parsed = parseInstant(text)
  if (parsed.ok) return parsed.value
  throw refused(pointer, parsed.error)
}

export function serviceNameIn(pointer: string, text: string): ServiceName {
  const parsed = parseName<ServiceName>(text)
  if (parsed.ok) return parsed.value
  throw refused(pointer, parsed.error)
}

/** What is wrong at one place of a request. */
export const refused = (
  pointer: string,
  { message, hint }: { readonly message: string; readonly hint: string },
): ProblemError =>
  new ProblemError(problem('request-invalid', message, [{ message, hint, place: { pointer } }]))

/** A stream is written as it is, past the schema that describes it. */
export const sendStream = (reply: FastifyReply, mediaType: string, stream: Readable): FastifyReply =>
  reply.type(mediaType).send(stream)
