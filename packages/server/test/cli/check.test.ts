// Goal: a monitoring system learns the verdict from one line and an exit code, whatever goes wrong. Method: the real routes.
import { describe, expect, it } from 'vitest'
import type { VerdictState } from '../../src/http/api.ts'
import { testDetail } from '../../src/http/testing/test-live.ts'
import { createTestServer } from '../../src/http/testing/test-server.ts'
import { runAgainst } from './run-against.ts'

async function check(state: VerdictState, ...args: readonly string[]) {
  await using server = await createTestServer()
  server.live.put(testDetail('red-shop', 'red', { state }))
  return runAgainst(server, { as: 'red', args: ['check', ...args] })
}

describe('the exit code', () => {
  it.each([
    ['kept', 'OK', 0],
    ['at-risk', 'WARNING', 1],
    ['breached', 'CRITICAL', 2],
    ['unknown', 'UNKNOWN', 3],
  ] as const)('of a service that is %s is that of %s', async (state, word, exitCode) => {
    const ran = await check(state, 'red-shop')
    expect(ran.exitCode).toBe(exitCode)
    expect(ran.stdout).toMatch(new RegExp(`^HOLDFAST ${word} - red-shop: All levels are kept\\. \\| `))
    expect(ran.stderr).toBe('')
  })

  it('is 3 where the service is not to be seen, and the line says why', async () => {
    const { exitCode, stdout } = await check('kept', 'blue-shop')
    expect([exitCode, stdout.startsWith('HOLDFAST UNKNOWN - blue-shop: ')]).toEqual([3, true])
  })
})

it('says of each metric that is not known that it is not', async () => {
  const { stdout } = await check('kept', 'red-shop')
  expect(stdout).toContain('availability=U;;;0;1 ')
  expect(stdout.split('\n').length).toBe(2)
})

it('is one document for programs', async () => {
  const { stdout } = await check('kept', 'red-shop', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ state: 'OK', says: 'All levels are kept.' })
})
