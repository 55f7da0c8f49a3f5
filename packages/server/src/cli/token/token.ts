/** Creates and revokes keys. The secret alone goes to stdout, so that it can be taken from there. */
import { addDuration, epochMs, formatInstant, parseDuration } from '@holdfast/core/units'
import type { CreateKeyRequest, KeyView } from '../../http/api.ts'
import { failure, type ProblemDocument } from '../failure.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { localTime } from '../times.ts'

export interface CreateTokenOptions {
  readonly scope: KeyView['scope']
  readonly owner?: string
  readonly expiresIn?: string
}

export async function createToken(
  context: CommandContext,
  name: string,
  { scope, owner, expiresIn }: CreateTokenOptions,
): Promise<Outcome> {
  if ((scope === 'owner') !== (owner !== undefined)) {
    const hint = 'Write both, such as --scope owner --owner team-a, or neither.'
    return { ok: false, error: failure('usage', '--owner and --scope owner go together.', { hint }) }
  }
  const length = expiresIn === undefined ? null : parseDuration(expiresIn)
  if (length !== null && !length.ok) {
    return { ok: false, error: failure('usage', length.error.message, { hint: length.error.hint }) }
  }
  const request: CreateKeyRequest = {
    name,
    scope,
    ...(owner === undefined ? {} : { owner }),
    ...(length === null
      ? {}
      : { expiresAt: formatInstant(addDuration(epochMs(context.io.now()), length.value)) }),
  }
  const answer = await context.api.createKey(request)
  if (!answer.ok) return { ok: false, error: context.json ? answer.error : inOwnWords(answer.error) }
  const key = answer.value
  if (context.json) {
    context.printJson(key)
    return done
  }
  const until =
    key.expiresAt === null ? 'until it is revoked' : `until ${localTime(key.expiresAt, context.io)}`
  context.note(`Key ${key.id} "${key.name}" (${key.scope}) is valid ${until}. It is shown this once:`)
  context.print(key.secret)
  return done
}

/** What people typed, by its place in the request that was made of it. */
const typed: Readonly<Record<string, string>> = {
  '/body/name': '<name>',
  '/body/scope': '--scope',
  '/body/owner': '--owner',
  '/body/expiresAt': '--expires-in',
}

function inOwnWords(document: ProblemDocument): ProblemDocument {
  if (document.code !== 'request-invalid') return document
  const detail = document.detail.replaceAll(/\/body\/\w+/g, (pointer) => typed[pointer] ?? pointer)
  const faults = document.faults.map((fault) => {
    const word = typed[fault.pointer ?? '']
    return word === undefined ? fault : { ...fault, pointer: word }
  })
  return { ...document, detail, faults, hint: 'See `holdfast token create --help`.' }
}

export async function revokeTokens(context: CommandContext, ids: readonly string[]): Promise<Outcome> {
  for (const id of ids) {
    const answer = await context.api.revokeKey(id)
    if (!answer.ok) return answer
    if (!context.json) context.print(`key ${id} revoked`)
  }
  if (context.json) context.printJson({ revoked: ids })
  return done
}
