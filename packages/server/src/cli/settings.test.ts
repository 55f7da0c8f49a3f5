// Goal: flags come before the environment and files last, and a key never goes to a server that it is not for.
import { expect, it } from 'vitest'
import { fakeIo, HOME, type FakeWorld } from '../../test/cli/fake-io.ts'
import { readSettings } from './settings.ts'

const config = `${HOME}/.config/holdfast/config.json`

interface Given extends Partial<FakeWorld> {
  readonly options?: { readonly url?: string; readonly key?: string }
}

async function settings({ options = {}, ...world }: Given): Promise<readonly [string, string | null]> {
  const read = await readSettings(fakeIo({ args: [], ...world }).io, options)
  if (!read.ok) return [read.error.code, read.error.faults[0]?.message ?? read.error.detail]
  return [read.value.url.value, read.value.key?.value ?? null]
}

it('takes flags before the environment and the environment before files', async () => {
  const files = { [config]: '{"url": "http://file.example", "key": "file"}' }
  const env = { HOLDFAST_URL: 'http://env.example', HOLDFAST_KEY: 'env' }
  const options = { url: 'http://flag.example', key: 'flag' }
  expect(await settings({ files, env, options })).toEqual(['http://flag.example', 'flag'])
  expect(await settings({ files, env })).toEqual(['http://env.example', 'env'])
  expect(await settings({ files })).toEqual(['http://file.example', 'file'])
  expect(await settings({})).toEqual(['http://127.0.0.1:7070', null])
})

it('finds the operator key in the nearest directory above', async () => {
  const files = { [`${HOME}/.holdfast/operator.key`]: 'far\n' }
  expect(await settings({ files })).toEqual(['http://127.0.0.1:7070', 'far'])
  const nearer = { ...files, [`${HOME}/shop/.holdfast/operator.key`]: 'near\n' }
  expect(await settings({ files: nearer })).toEqual(['http://127.0.0.1:7070', 'near'])
})

it('sends the operator key of a directory to this machine alone', async () => {
  const files = { [`${HOME}/.holdfast/operator.key`]: 'local' }
  const key = async (url: string): Promise<string | null> => (await settings({ files, options: { url } }))[1]
  expect(await key('http://localhost:9000')).toBe('local')
  expect(await key('http://[::1]:9000')).toBe('local')
  expect(await key('https://holdfast.example')).toBe(null)
  expect(await key('http://127.0.0.1.example')).toBe(null)
})

it('sends the key of the configuration file only to the address beside it', async () => {
  const files = { [config]: '{"url": "https://holdfast.example", "key": "file"}' }
  expect(await settings({ files, options: { url: 'https://holdfast.example/below' } })).toEqual([
    'https://holdfast.example/below',
    'file',
  ])
  expect(await settings({ files, options: { url: 'https://other.example' } })).toEqual([
    'https://other.example',
    null,
  ])
  expect(await settings({ files: { [config]: '{"key": "file"}' } })).toEqual([
    'http://127.0.0.1:7070',
    'file',
  ])
})

it('looks for the configuration file where XDG_CONFIG_HOME says', async () => {
  const files = { '/xdg/holdfast/config.json': '{"url": "http://xdg.example"}' }
  expect(await settings({ files, env: { XDG_CONFIG_HOME: '/xdg' } })).toEqual(['http://xdg.example', null])
})

it('refuses a configuration file that is not valid, with the reason', async () => {
  const refusal = (text: string): Promise<readonly [string, string | null]> =>
    settings({ files: { [config]: text } })
  expect(await refusal('{"ulr": ""}')).toEqual([
    'config-invalid',
    'It has the unknown field "ulr". Did you mean "url"?',
  ])
  expect(await refusal('{"key": 1}')).toEqual(['config-invalid', 'The field "key" must be a text.'])
  expect((await refusal('[]'))[0]).toBe('config-invalid')
  expect((await refusal('{'))[0]).toBe('config-invalid')
})

it('refuses a key that would break the request', async () => {
  expect((await settings({ env: { HOLDFAST_KEY: 'a\r\nx-evil: 1' } }))[0]).toBe('usage')
})
