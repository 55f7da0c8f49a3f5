// Goal: keys for tokens are made once, changed by a new first one, and a file that cannot be read says where.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ProblemError } from '../errors/index.ts'
import { addTokenKey, parseTokenKeys, readTokenKeys } from './token-keys.ts'

let directory = ''
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'hf-keys-'))))
afterEach(() => rmSync(directory, { recursive: true, force: true }))

describe('keys for tokens', () => {
  it('are made where there are none, for the user alone, and are the same when they are read again', async () => {
    const path = join(directory, 'token.keys')
    const keys = await readTokenKeys(path)
    expect(keys).toHaveLength(1)
    expect(await readTokenKeys(path)).toEqual(keys)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('are changed by a new one in front, with a number of its own', async () => {
    const path = join(directory, 'token.keys')
    const [old] = await readTokenKeys(path)
    const [first, second] = await addTokenKey(path)
    expect(second).toEqual(old)
    expect(first?.number).not.toBe(old?.number)
    expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(2)
  })

  it.each([
    ['no key at all', '', 1],
    ['a secret that is too short', '1 abc', 1],
    ['a number beyond 255', `# keys\n300 ${'a'.repeat(43)}`, 2],
  ])('that are %s are refused with their line', (_what, text, line) => {
    const parse = (): unknown => parseTokenKeys(text, 'token.keys')
    expect(parse).toThrow(ProblemError)
    expect(parse).toThrow(`token.keys:${line}`)
  })
})
