// Goal: what the server refuses is said once, in the words of the command line. Method: the real routes.
import { expect, it } from 'vitest'
import { createTestServer, type Caller } from '../../src/http/testing/test-server.ts'
import { runAgainst } from './run-against.ts'

async function refused(as: Caller, ...args: readonly string[]): Promise<string> {
  await using server = await createTestServer()
  return (await runAgainst(server, { as, args })).stderr
}

it('says once that there is no such owner, and speaks of no request', async () => {
  expect(await refused('operator', 'token', 'create', 'x', '--scope', 'owner', '--owner', 'nobody')).toBe(
    'error: There is no owner "nobody".\n  Apply it first, or in the same command.\n',
  )
})

it('names the argument that a key cannot have', async () => {
  const said = await refused('operator', 'token', 'create', 'x'.repeat(300), '--scope', 'client')
  expect(said).toMatch(/^error: <name>: .*\n {2}See `holdfast token create --help`\.\n$/)
})

it('leaves the pointer as it is for programs', async () => {
  const said = await refused(
    'operator',
    'token',
    'create',
    'x',
    '--scope',
    'owner',
    '--owner',
    'no',
    '--json',
  )
  expect(JSON.parse(said)).toMatchObject({ faults: [{ pointer: '/body/owner' }] })
})

it('tells who may not do something which key may, without naming a route', async () => {
  const said = await refused('client', 'get', 'services')
  expect(said).toBe(
    'error: The key "client key" has the scope client; this needs the scope operator or owner.\n' +
      "  Use the operator's key, or ask the operator for one that may; an owner's key is for what is its own.\n",
  )
})

it('refuses to tell of two times at once', async () => {
  expect(await refused('red', 'health', 'red-shop', '--interval', '5m', '--consumer', 'billing')).toBe(
    'error: Only one of --interval, --since and --consumer can say of which time.\n  Leave the others out.\n',
  )
})

it('tells why an interval is none', async () => {
  expect(await refused('red', 'health', 'red-shop', '--interval', 'soon')).toMatch(
    /^error: --interval: "soon" is not a duration\.\n/,
  )
})
