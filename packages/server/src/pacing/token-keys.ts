/**
 * The keys with which tokens are signed: a file that only the user who runs the server can read, a key a line, the newest
 * first. Servers with the same file take over each other's clients. A key is changed by a new first line; the old one is
 * taken out once all tokens that it signed are forgotten.
 */
import { createSecretKey, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { problem, ProblemError } from '../errors/index.ts'
import type { TokenKey } from './tokens.ts'

const SECRET_BYTES = 32
const MOST_KEYS = 16
const LINE = /^(\d{1,3}) ([A-Za-z0-9_-]{43})$/
const ONLY_THE_USER = 0o600

/** Makes the file where there is none. */
export async function readTokenKeys(path: string): Promise<readonly TokenKey[]> {
  await writeFile(path, `${newLine(1)}\n`, { flag: 'wx', mode: ONLY_THE_USER }).catch((error: unknown) => {
    if (!isCode(error, 'EEXIST')) throw error
  })
  return parseTokenKeys(await readFile(path, 'utf8'), path)
}

/** Puts a new key in front of those that there are. */
export async function addTokenKey(path: string): Promise<readonly TokenKey[]> {
  const before = await readTokenKeys(path)
  const taken = new Set(before.map(({ number }) => number))
  const free = Array.from({ length: 256 }, (_, number) => number).find((number) => !taken.has(number))
  if (free === undefined || before.length >= MOST_KEYS) throw tooMany(path)
  const lines = [
    newLine(free),
    ...before.map(({ number, secret }) => `${number} ${secret.export().toString('base64url')}`),
  ]
  await writeFile(path, `${lines.join('\n')}\n`, { mode: ONLY_THE_USER })
  return readTokenKeys(path)
}

export function parseTokenKeys(text: string, path: string): readonly TokenKey[] {
  const keys = text.split('\n').flatMap((line, index): readonly TokenKey[] => {
    const written = line.trim()
    if (written === '' || written.startsWith('#')) return []
    const [, number, secret] = LINE.exec(written) ?? []
    if (number === undefined || secret === undefined || Number(number) > 255) throw malformed(path, index + 1)
    return [{ number: Number(number), secret: createSecretKey(secret, 'base64url') }]
  })
  if (keys.length === 0) throw malformed(path, 1)
  if (keys.length > MOST_KEYS) throw tooMany(path)
  if (new Set(keys.map(({ number }) => number)).size < keys.length) throw malformed(path, 1)
  return keys
}

const newLine = (number: number): string => `${number} ${randomBytes(SECRET_BYTES).toString('base64url')}`

function malformed(path: string, line: number): ProblemError {
  const hint = 'Write a number from 0 to 255, each once, a space and 43 characters of base64url.'
  const fault = { message: 'That is no key.', hint, place: { source: path, line } }
  return new ProblemError(problem('config-invalid', `${path}:${line} holds no key for tokens.`, [fault]))
}

const tooMany = (path: string): ProblemError =>
  new ProblemError(problem('config-invalid', `${path} holds ${MOST_KEYS} keys; take old ones out.`))

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
