/** Prints the help of a command or the text of a topic. */
import type { Command } from 'commander'
import { failure, reportFailure } from '../failure.ts'
import type { Io } from '../io.ts'
import { nearest } from '@holdfast/core/units'
import { paintFor } from '../paint.ts'
import type { GlobalOptions } from '../settings.ts'
import { topics } from './topics.ts'

export function help(io: Io, command: Command, words: readonly string[]): void {
  const program = command.parent ?? command
  const topic = topics.find(({ name }) => words.length === 1 && name === words[0])
  if (topic !== undefined) return io.stdout.write(`${topic.text}\n`)
  let found = program
  for (const word of words) {
    const next = found.commands.find((child) => child.name() === word || child.aliases().includes(word))
    if (next === undefined) return unknown(io, command, found, word)
    found = next
  }
  found.outputHelp()
}

function unknown(io: Io, command: Command, within: Command, word: string): void {
  const commands = within.commands.map((child) => child.name())
  const near = nearest(
    word,
    within.parent === null ? [...commands, ...topics.map(({ name }) => name)] : commands,
  )
  const hint = `${near === null ? '' : `Did you mean "${near}"? `}See \`holdfast help\`.`
  const { json, color } = command.optsWithGlobals<GlobalOptions>()
  const document = failure('usage', `There is no command or topic "${word}".`, { hint })
  reportFailure(io, document, json === true, paintFor(io, io.stderr, color))
}
