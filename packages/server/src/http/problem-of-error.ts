/**
 * Turns whatever a request ended in into a problem: those that we threw as they are, Fastify's own by their
 * code, and everything else into `internal`, which says nothing of what went wrong inside.
 */
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { problem, ProblemError, type Fault, type Problem, type ProblemCode } from '../errors/index.ts'

interface FrameworkCode {
  readonly code: ProblemCode
  readonly detail: string
}

const emptyBody: FrameworkCode = { code: 'body-not-json', detail: 'The body is empty.' }

const frameworkCodes: ReadonlyMap<string, FrameworkCode> = new Map([
  ['FST_ERR_CTP_EMPTY_JSON_BODY', emptyBody],
  ['FST_ERR_CTP_EMPTY_TYPE', { code: 'media-type-unsupported', detail: 'The body has no content-type.' }],
  [
    'FST_ERR_CTP_BODY_TOO_LARGE',
    {
      code: 'manifest-too-large',
      detail: 'The body is larger than 1 MiB, the most that a request may have.',
    },
  ],
  [
    'FST_ERR_CTP_INVALID_MEDIA_TYPE',
    { code: 'media-type-unsupported', detail: 'Only application/json is read here.' },
  ],
  [
    'FST_ERR_CTP_INVALID_CONTENT_LENGTH',
    { code: 'request-invalid', detail: 'The body is not as long as content-length says.' },
  ],
  ['FST_ERR_BAD_URL', { code: 'request-invalid', detail: 'The path of the URL is not well formed.' }],
])

export function problemOfError(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem
  if (hasZodFastifySchemaValidationErrors(error)) {
    const faults = error.validation.map((issue) =>
      faultOfIssue(error.validationContext ?? 'body', issue.instancePath, issue.message ?? ''),
    )
    return problem('request-invalid', faults.map(inOneSentence).join(' '), faults)
  }
  const known = frameworkCodes.get(codeOf(error))
  if (known !== undefined) return problem(known.code, known.detail)
  return problem('internal', 'The request could not be answered because of a fault in the server.')
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Pointers begin with where it stands: `/body/files/0/name`, `/query/limit`, `/params/name`. */
function faultOfIssue(context: string, path: string, message: string): Fault {
  const root = context === 'querystring' ? 'query' : context
  return { message, hint: '', place: { pointer: `/${root}${path === '/' ? '' : path}` } }
}

const inOneSentence = ({ message, place }: Fault): string => `${place.pointer ?? ''}: ${message}.`
