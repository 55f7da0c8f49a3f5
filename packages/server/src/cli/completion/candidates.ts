/** What may be written after each command, taken from the tree. */
import type { Argument, Command } from 'commander'
import { listedKinds, manifestKinds } from '../kinds.ts'

export interface Candidate {
  readonly word: string
  readonly says: string
}

export interface CommandCandidates {
  /** "" for holdfast itself, "token create" for a subcommand. */
  readonly path: string
  /** Subcommands, or the words of the first argument. */
  readonly words: readonly Candidate[]
  readonly options: readonly Candidate[]
  /** Options that take a value, with the values where they are known. */
  readonly valued: readonly { readonly names: readonly string[]; readonly values: readonly string[] }[]
}

export function candidates(program: Command): readonly CommandCandidates[] {
  return walk(program, program, '')
}

function walk(program: Command, command: Command, path: string): readonly CommandCandidates[] {
  const own = command === program ? [] : command.options
  const options = [...own, ...program.options]
  const children = command.commands.filter((child) => child !== command)
  const here: CommandCandidates = {
    path,
    words:
      children.length > 0
        ? children.map((child) => ({ word: child.name(), says: child.summary() }))
        : wordsOf(command.registeredArguments[0], command.name()),
    options: [
      ...options.flatMap(({ long, description }) =>
        long === undefined ? [] : [{ word: long, says: description }],
      ),
      { word: '--help', says: 'print help' },
    ],
    valued: options
      .filter(({ required }) => required)
      .map(({ short, long, argChoices }) => ({
        names: [short, long].filter((name) => name !== undefined),
        values: argChoices ?? [],
      })),
  }
  return [here, ...children.flatMap((child) => walk(program, child, `${path} ${child.name()}`.trim()))]
}

function wordsOf(argument: Argument | undefined, command: string): readonly Candidate[] {
  if (argument === undefined) return []
  const kinds = command === 'get' ? listedKinds : manifestKinds
  const words = argument.name() === 'kind' ? kinds : (argument.argChoices ?? [])
  return words.map((word) => ({ word, says: '' }))
}
