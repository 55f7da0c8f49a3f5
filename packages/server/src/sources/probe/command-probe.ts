/** Runs a command: up where it ends with 0. */
import { runCommand } from '../run-command.ts'
import type { CommandReads } from '../source.ts'
import { timed, type Finding } from './finding.ts'

export const probeByCommand = (run: CommandReads, signal: AbortSignal): Promise<Finding> =>
  timed(async () => (await runCommand(run, signal)).code === 0)
