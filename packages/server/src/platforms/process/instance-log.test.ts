/** Goal: logs stay within their limits and what is read of them is whole lines. Method: small limits, real files. */
import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { nameOf } from '../platform-contract.ts'
import { createInstanceLogs, type InstanceLogs, type LogOf } from './instance-log.ts'

const log = (id: string): LogOf => ({ id: nameOf(id), service: nameOf('shop'), part: nameOf('data') })

let directory = ''
let logs: InstanceLogs

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-log-'))
  logs = createInstanceLogs(directory, { fileBytes: 20, goneBytes: 50, goneFiles: 3 })
})

afterEach(() => rm(directory, { recursive: true, force: true }))

async function write(id: string, text: string): Promise<void> {
  await using file = await logs.append(log(id))
  await file.appendFile(text)
}

const read = (name: string): Promise<string> => readFile(join(directory, 'shop', 'data', name), 'utf8')

it('leaves a log alone that is within its limit', async () => {
  await write('a', 'short\n')
  expect(await logs.rotate(log('a'))).toBe(false)
  expect(await read('a.log')).toBe('short\n')
})

it('copies the end of a log over its limit and lets its writer go on in the emptied file', async () => {
  await using writer = await logs.append(log('a'))
  await writer.appendFile('the first line\nthe second line\n')
  expect(await logs.rotate(log('a'))).toBe(true)
  expect(await read('a.log.1')).toBe('ine\nthe second line\n')
  await writer.appendFile('third\n')
  expect(await read('a.log')).toBe('third\n')
})

it('reads the last whole lines, over both files', async () => {
  await write('a', 'one\ntwo\nthree\nfour\nfive\n')
  await logs.rotate(log('a'))
  await write('a', 'six\nseven\n')
  expect(await logs.tail(nameOf('a'), 8)).toBe('seven\n')
  expect(await logs.tail(nameOf('a'), 17)).toBe('five\nsix\nseven\n')
})

it('reads a log whole that is shorter than what was asked for', async () => {
  await write('a', 'zwölf\n')
  expect(await logs.tail(nameOf('a'), 1_000)).toBe('zwölf\n')
})

it('has nothing to read of an instance that it does not know', async () => {
  expect(await logs.tail(nameOf('a'), 1_000)).toBeNull()
  expect(await logs.lastLine(log('a'))).toBe('')
})

it('knows the last line, cut when it is very long', async () => {
  await write('a', `first\n${'long'.repeat(100)}\n\n`)
  expect(await logs.lastLine(log('a'))).toBe('long'.repeat(50))
})

it('removes the oldest logs of gone instances beyond their bytes, and none of those that run', async () => {
  for (const [index, id] of ['a', 'b', 'c', 'd'].entries()) {
    await write(id, 'x'.repeat(24))
    await utimes(join(directory, 'shop', 'data', `${id}.log`), 1_000 + index, 1_000 + index)
  }
  await logs.prune(new Set(['a']))
  expect((await readdir(join(directory, 'shop', 'data'))).sort()).toEqual(['a.log', 'c.log', 'd.log'])
})

it('removes the oldest logs of gone instances beyond their number', async () => {
  for (const id of ['a', 'b', 'c', 'd', 'e']) await write(id, 'x')
  await logs.prune(new Set())
  expect(await readdir(join(directory, 'shop', 'data'))).toHaveLength(3)
})
