/** Examples belong to a command as data, so that help, the reference and the tests show the same ones. */
import type { Command } from 'commander'

export interface Example {
  /** What is typed, whole. */
  readonly run: string
  readonly does: string
}

const examplesByCommand = new WeakMap<Command, readonly Example[]>()

export function withExamples(command: Command, examples: readonly Example[]): Command {
  examplesByCommand.set(command, examples)
  return command.addHelpText('after', `\nExamples:\n${examples.map(exampleText).join('\n')}`)
}

export function examplesOf(command: Command): readonly Example[] {
  return examplesByCommand.get(command) ?? []
}

function exampleText({ run, does }: Example): string {
  return `  # ${does}\n  $ ${run}`
}
