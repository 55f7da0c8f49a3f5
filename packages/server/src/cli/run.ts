/** Runs one command line and leaves the exit code with io. Whatever goes wrong ends as a problem on stderr. */
import { CommanderError, type Command } from 'commander'
import type { Io } from './io.ts'
import { nearest } from '@holdfast/core/units'
import { paintFor } from './paint.ts'
import { buildProgram } from './program.ts'

export async function run(io: Io): Promise<void> {
  const program = buildProgram(io)
  if (io.args.length === 0) return program.outputHelp()
  try {
    await program.parseAsync(io.args, { from: 'user' })
  } catch (error) {
    await report(io, program, error)
  }
}

async function report(io: Io, program: Command, error: unknown): Promise<void> {
  // --help and --version are "errors" of commander's that ended well.
  if (error instanceof CommanderError && error.exitCode === 0) return
  const { failure, reportFailure } = await import('./failure.ts')
  const document =
    error instanceof CommanderError
      ? failure('usage', ...usageWords(error, commandAt(program, io.args)))
      : failure('internal', error instanceof Error ? error.message : String(error), {
          hint: `This is a bug in holdfast ${io.version}.`,
        })
  const { json, color } = program.opts<{ readonly json?: boolean; readonly color: boolean }>()
  reportFailure(io, document, json === true || io.args.includes('--json'), paintFor(io, io.stderr, color))
}

/** Commander's message and its suggestion, as what is wrong and how to mend it. */
function usageWords(error: CommanderError, command: Command): [string, { readonly hint: string }] {
  const path = pathOf(command)
  // A command that has only subcommands was called without one; commander would print its help then.
  if (error.code === 'commander.help') {
    const children = command.commands.map((child) => child.name()).join(', ')
    return [`\`${path}\` needs one of: ${children}.`, { hint: `See \`${path} --help\`.` }]
  }
  const [what = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
  const didYouMean = suggestion?.replace(/^\((.*)\)$/, '$1') ?? nearestChoice(what)
  const hint = `${didYouMean === null ? '' : `${didYouMean} `}See \`${path} --help\`.`
  return [what.charAt(0).toUpperCase() + what.slice(1), { hint }]
}

/** Commander lists the choices but does not say which one may have been meant. */
function nearestChoice(message: string): string | null {
  const [, typed, choices] = /argument '(.*)' is invalid\. Allowed choices are (.*)\.$/.exec(message) ?? []
  if (typed === undefined || choices === undefined) return null
  const near = nearest(typed, choices.split(', '))
  return near === null ? null : `Did you mean ${near}?`
}

/** The deepest command that the words name. */
export function commandAt(program: Command, words: readonly string[]): Command {
  let command = program
  for (const word of words) {
    const next = command.commands.find((child) => child.name() === word || child.aliases().includes(word))
    if (next !== undefined) command = next
  }
  return command
}

export function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
}
