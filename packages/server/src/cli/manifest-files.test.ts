// Goal: -f finds exactly the manifests that were meant, and reads no more than the server would take.
import { expect, it } from 'vitest'
import { fakeIo, here, type FakeWorld } from '../../test/cli/fake-io.ts'
import type { FileOptions } from './file-options.ts'
import { readManifestFiles } from './manifest-files.ts'

const files = {
  [here('a.yaml')]: 'a',
  [here('dir/b.yml')]: 'b',
  [here('dir/c.json')]: 'c',
  [here('dir/notes.txt')]: 'n',
  [here('dir/deep/d.yaml')]: 'd',
}

async function namesOf(
  options: FileOptions,
  world: Partial<FakeWorld> = {},
): Promise<readonly string[] | string> {
  const read = await readManifestFiles(fakeIo({ args: [], files, ...world }).io, options)
  return read.ok ? read.value.map(({ name }) => name) : read.error.code
}

it('reads a file with the directory that its relative paths are relative to', async () => {
  const read = await readManifestFiles(fakeIo({ args: [], files }).io, { filename: ['dir/b.yml'] })
  expect(read).toEqual({ ok: true, value: [{ name: 'dir/b.yml', directory: here('dir'), text: 'b' }] })
})

it('takes the manifests of a directory, and those below only when asked', async () => {
  expect(await namesOf({ filename: ['dir'] })).toEqual(['dir/b.yml', 'dir/c.json'])
  expect(await namesOf({ filename: ['dir'], recursive: true })).toEqual([
    'dir/b.yml',
    'dir/c.json',
    'dir/deep/d.yaml',
  ])
})

it('reads stdin in its place, and a path that is named twice once', async () => {
  expect(await namesOf({ filename: ['a.yaml', '-', 'a.yaml'] }, { stdin: 's' })).toEqual(['a.yaml', 'stdin'])
})

it('refuses what is not there, what is empty, and what is too large', async () => {
  expect(await namesOf({ filename: ['nowhere'] })).toBe('file-unreadable')
  expect(await namesOf({ filename: [] })).toBe('usage')
  const large = { [here('a.yaml')]: 'a'.repeat(700_000), [here('b.yaml')]: 'b'.repeat(700_000) }
  expect(await namesOf({ filename: ['a.yaml'] }, { files: large })).toEqual(['a.yaml'])
  expect(await namesOf({ filename: ['a.yaml', 'b.yaml'] }, { files: large })).toBe('manifest-too-large')
})
