/** Completion scripts, generated from the tree of commands, so that they know exactly what there is. */
import type { Command } from 'commander'
import { bashScript } from './bash.ts'
import { candidates } from './candidates.ts'
import { fishScript } from './fish.ts'
import { zshScript } from './zsh.ts'

export type Shell = 'bash' | 'zsh' | 'fish'

export function completionScript(program: Command, shell: Shell): string {
  const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const
  return scripts[shell](candidates(program))
}
