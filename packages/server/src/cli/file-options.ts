/** The options of commands that take manifests; apart from the reading, so that help does not load it. */
import type { Command } from 'commander'

export interface FileOptions {
  readonly filename: readonly string[]
  readonly recursive?: boolean
}

export function addFileOptions(command: Command): Command {
  // Set rather than declared as the default, which help would show as "[]".
  return command
    .setOptionValue('filename', [])
    .option('-f, --filename <path>', 'a file, a directory, or - for stdin; may be repeated', collect)
    .option('-R, --recursive', 'take directories within directories too')
}

function collect(path: string, before: readonly string[]): readonly string[] {
  return [...before, path]
}
