// Goal: every command is complete: it says what it is, shows an example that its own grammar accepts, and is in
// the reference. Method: walk the tree, so that a new command cannot be forgotten.
import type { Command } from 'commander'
import { expect, it } from 'vitest'
import { fakeIo } from '../../test/cli/fake-io.ts'
import { examplesOf } from './examples.ts'
import { topics } from './help/topics.ts'
import { buildProgram } from './program.ts'
import { cliReference } from './reference.ts'
import { commandAt, pathOf, run } from './run.ts'

const program = buildProgram(fakeIo({ args: [] }).io)
const commands: readonly Command[] = [
  program,
  ...program.commands.flatMap((command) => [command, ...command.commands]),
]
const named = commands.map((command) => [pathOf(command), command] as const)

it.each(named)('`%s --help` has a description and an example, and exits with 0', async (path, command) => {
  const { io, result } = fakeIo({ args: [...path.split(' ').slice(1), '--help'] })
  await run(io)
  const { stdout, stderr, exitCode } = result()
  expect(command.description()).toMatch(/\.$/)
  expect(oneLine(stdout)).toContain(oneLine(command.description()))
  expect(stdout).toMatch(/Examples:\n {2}# .+\n {2}\$ /)
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
})

it.each(named)('the examples of `%s` name commands and options that exist', (_path, command) => {
  for (const { run, does } of examplesOf(command)) {
    const words = run.slice(run.indexOf('holdfast')).split(/[|>)]/)[0]?.trim().split(/\s+/) ?? []
    const meant = commandAt(program, words.slice(1))
    const options = [...meant.options, ...program.options].flatMap(({ short, long }) => [short, long])
    expect(meant, run).not.toBe(program)
    for (const word of words) if (/^--?[a-zA-Z]/.test(word)) expect(options, run).toContain(word)
    expect(does, run).toMatch(/^[A-Z].*[^.]$/)
  }
})

it.each(named)('every option and argument of `%s` is described', (_path, command) => {
  for (const { flags, description } of command.options) expect(description, flags).not.toBe('')
  for (const argument of command.registeredArguments)
    expect(argument.description, argument.name()).not.toBe('')
})

/** Help is wrapped to the window. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}

it('writes a reference that has every command and every topic', () => {
  const reference = cliReference()
  for (const [path] of named.slice(1)) expect(reference).toContain(`\n## ${path}\n`)
  for (const { name } of topics) expect(reference).toContain(`\n## Topic: ${name}\n`)
})

it('prints a failure of its own as a bug, and not as a stack', async () => {
  const { io, result } = fakeIo({ args: ['get', 'services'] })
  const broken = {
    ...io,
    files: {
      ...io.files,
      facts: () => {
        throw new Error('boom')
      },
    },
  }
  await run(broken)
  expect(result()).toEqual({
    stdout: '',
    stderr: 'error: boom.\n  This is a bug in holdfast 0.1.0.\n',
    exitCode: 1,
  })
})
