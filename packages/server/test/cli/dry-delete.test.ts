// Goal: `delete --dry-run` says what `delete` would say, refusals too, and deletes nothing. Method: both run
// against the real routes, each on a server of its own, and what they print is compared.
import { expect, it } from 'vitest'
import { agreementText, ownersText, serviceText } from '../../src/http/testing/test-manifests.ts'
import { createTestServer, type Caller, type TestServer } from '../../src/http/testing/test-server.ts'
import { here } from './fake-io.ts'
import { runAgainst } from './run-against.ts'

const files = {
  [here('red.yaml')]: serviceText('red') + '---' + agreementText('red'),
  [here('types.yaml')]: ownersText,
}

const holdfast = (server: TestServer, as: Caller, args: readonly string[]) =>
  runAgainst(server, { as, args, files })

it.each<{ readonly as: Caller; readonly args: readonly string[]; readonly exitCode: number }>([
  { as: 'operator', args: ['service', 'red-shop'], exitCode: 1 },
  { as: 'operator', args: ['instance-type', 'small'], exitCode: 1 },
  { as: 'operator', args: ['owner', 'red'], exitCode: 1 },
  { as: 'operator', args: ['agreement', 'red-gold'], exitCode: 0 },
  { as: 'operator', args: ['agreement', 'red-gold', 'blue-gold', 'nobody'], exitCode: 1 },
  { as: 'operator', args: ['service', 'nobody'], exitCode: 1 },
  { as: 'operator', args: ['-f', 'red.yaml'], exitCode: 0 },
  { as: 'operator', args: ['-f', 'types.yaml'], exitCode: 1 },
  { as: 'red', args: ['service', 'red-shop'], exitCode: 1 },
  { as: 'red', args: ['agreement', 'red-gold'], exitCode: 0 },
  { as: 'red', args: ['agreement', 'blue-gold'], exitCode: 1 },
  { as: 'red', args: ['owner', 'red'], exitCode: 1 },
])(
  '$as: delete $args is told by a dry run, which ends with $exitCode too',
  async ({ as, args, exitCode }) => {
    await using server = await createTestServer()
    const before = await server.store.manifests()
    const dry = await holdfast(server, as, ['delete', ...args, '--dry-run'])
    expect(await server.store.manifests()).toEqual(before)
    const real = await holdfast(server, as, ['delete', ...args])
    expect({ ...dry, stdout: dry.stdout.replaceAll('would be deleted', 'deleted') }).toEqual(real)
    expect(dry.exitCode).toBe(exitCode)
  },
)

it('says of a service in use what refers to it, and nothing that is not so', async () => {
  await using server = await createTestServer()
  const { stderr } = await holdfast(server, 'operator', ['delete', 'service', 'red-shop'])
  expect(stderr).not.toContain('There is no')
  expect(stderr).toBe(
    'Agreement/red-gold: It refers to the service "red-shop". at /spec/service\n' +
      'error: The service "red-shop" is still in use by Agreement/red-gold.\n' +
      '  Delete what refers to it first.\n',
  )
})
