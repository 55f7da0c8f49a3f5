// Goal: a watch shows each change once and lasts through a restart of the server, but does not hide an outage.
import { expect, it } from 'vitest'
import { fakeIo, type FakeWorld } from '../../../test/cli/fake-io.ts'
import { json } from '../../../test/cli/shop.ts'
import { run } from '../run.ts'

type Keys = readonly { readonly id: string; readonly scope: string }[] | 'down'

const keyView = ({ id, scope }: { readonly id: string; readonly scope: string }) => ({
  id,
  name: id,
  scope,
  owner: null,
  createdAt: '',
  expiresAt: null,
  revokedAt: null,
})

/** Answers with one state after the other; Ctrl-C comes after the last. */
async function watching(states: readonly Keys[], world: Partial<FakeWorld> = {}) {
  let turn = 0
  const { io, result } = fakeIo({
    args: ['get', 'keys', '--watch', ...(world.args ?? [])],
    isTTY: world.isTTY ?? false,
    env: { NO_COLOR: '1' },
    server: () => {
      const state = states[turn] ?? []
      if (state === 'down') throw new TypeError('fetch failed')
      const items = state.map(keyView)
      return json({ items, next: null })
    },
    onSleep: () => {
      turn += 1
      return turn < states.length
    },
  })
  await run(io)
  return result()
}

const a = { id: 'a', scope: 'client' }
const b = { id: 'b', scope: 'ingest' }

it('prints one line for each change where it is not a terminal', async () => {
  const { stdout, exitCode } = await watching([[a], [a], [a, b], [{ ...a, scope: 'owner' }, b], [b]])
  const lines = stdout.trimEnd().split('\n').slice(1)
  expect(lines.map((line) => line.replace(/\s+/g, ' ').split(' ').slice(1, 4).join(' '))).toEqual([
    'a a client',
    'b b ingest',
    'a a owner',
    'a is gone',
  ])
  expect(exitCode).toBe(0)
})

it('redraws a terminal at every turn', async () => {
  const { stdout } = await watching([[a], [a]], { isTTY: true })
  expect(stdout.split('\u001b[H\u001b[J')).toHaveLength(3)
})

it('prints one JSON document a line whenever something has changed', async () => {
  const { stdout } = await watching([[a], [a], [b]], { args: ['--json'] })
  const documents = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as readonly { readonly id: string }[])
  expect(documents.map((keys) => keys.map(({ id }) => id))).toEqual([['a'], ['b']])
})

it('goes on after the server was away, and says so once', async () => {
  const { stdout, stderr, exitCode } = await watching([[a], 'down', 'down', [b]])
  expect(stdout).toContain(' b ')
  expect(stderr.match(/cannot be reached/g)).toHaveLength(1)
  expect(exitCode).toBe(0)
})

it('fails when the server stays away, and at once when it never answered', async () => {
  const away = Array.from({ length: 40 }, () => 'down' as const)
  expect((await watching([[a], ...away])).exitCode).toBe(1)
  expect(await watching(['down', [a]])).toMatchObject({ stdout: '', exitCode: 1 })
})
