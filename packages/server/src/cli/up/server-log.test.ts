// Goal: the server's log is bounded over many starts, and what was last written stays readable. Method: real files.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { rotateServerLog } from './server-log.ts'

let directory: string
let log: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-log-'))
  log = join(directory, 'server.log')
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

it('lets a log that has reached the limit give way, and keeps one old file', async () => {
  for (const text of ['first', 'other', 'third']) {
    writeFileSync(log, text)
    await rotateServerLog(log, 5)
    expect(existsSync(log)).toBe(false)
  }
  expect(readFileSync(`${log}.1`, 'utf8')).toBe('third')
  expect(existsSync(`${log}.2`)).toBe(false)
})

it('goes on in a log that is smaller, and needs none', async () => {
  await rotateServerLog(log, 5)
  writeFileSync(log, 'four')
  await rotateServerLog(log, 5)
  expect(readFileSync(log, 'utf8')).toBe('four')
})
