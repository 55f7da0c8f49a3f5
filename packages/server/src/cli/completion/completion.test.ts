// Goal: the scripts offer what the tree has. Bash is run for real in test/cli; here is what holds for all shells.
import { expect, it } from 'vitest'
import { fakeIo } from '../../../test/cli/fake-io.ts'
import { buildProgram } from '../program.ts'
import { candidates } from './candidates.ts'
import { completionScript, type Shell } from './completion.ts'

const program = buildProgram(fakeIo({ args: [] }).io)
const shells: readonly Shell[] = ['bash', 'zsh', 'fish']

it.each(shells)('has every command, kind and value in the script for %s', (shell) => {
  const script = completionScript(program, shell)
  const words = ['create', 'revoke', 'instance-types', 'expires-in', 'ingest']
  for (const word of [...program.commands.map((command) => command.name()), ...words])
    expect(script).toContain(word)
})

it('names no variable in zsh that zsh has a meaning of its own for', () => {
  expect(completionScript(program, 'zsh')).not.toMatch(/local( -a)?( \S+)* (path|options|words|status)\b/)
})

it('offers subcommands before arguments, and the options of holdfast everywhere', () => {
  const found = candidates(program)
  expect(found.find(({ path }) => path === 'token')?.words.map(({ word }) => word)).toEqual([
    'create',
    'list',
    'revoke',
  ])
  for (const { options } of found)
    expect(options.map(({ word }) => word)).toEqual(expect.arrayContaining(['--url', '--json', '--help']))
})
