/**
 * What every action does around its own work: reads the settings, hands over the client and the printer,
 * and turns the outcome into output and an exit code. The modules that do the work are imported by the
 * actions themselves, so that `--help` loads none of them.
 */
import type { Command } from 'commander'
import type { Result } from '@holdfast/core/units'
import type { ApiClient } from './client.ts'
import type { ProblemDocument } from './failure.ts'
import type { ExitCode, Io } from './io.ts'
import { paintFor, type Paint } from './paint.ts'
import type { GlobalOptions, Settings } from './settings.ts'

export interface CommandContext {
  readonly io: Io
  readonly settings: Settings
  readonly api: ApiClient
  /** Print for a program: JSON and nothing else on stdout. */
  readonly json: boolean
  readonly paint: Paint
  /** Writes lines to stdout. */
  readonly print: (...lines: readonly string[]) => void
  readonly printJson: (value: unknown) => void
  /** Writes a line to stderr: what is not the result, such as what to do next. */
  readonly note: (line: string) => void
}

export type Outcome = Result<ExitCode, ProblemDocument>

export const done: Outcome = { ok: true, value: 0 }

export async function perform(
  io: Io,
  command: Command,
  work: (context: CommandContext) => Promise<Outcome>,
): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>()
  const outcome = await withContext(io, options, work)
  if (outcome.ok) return io.exitWith(outcome.value)
  const { reportFailure } = await import('./failure.ts')
  reportFailure(io, outcome.error, options.json === true, paintFor(io, io.stderr, options.color))
}

async function withContext(
  io: Io,
  options: GlobalOptions,
  work: (context: CommandContext) => Promise<Outcome>,
): Promise<Outcome> {
  const [{ readSettings }, { apiClient }, { toJson }] = await Promise.all([
    import('./settings.ts'),
    import('./client.ts'),
    import('./clean.ts'),
  ])
  const settings = await readSettings(io, options)
  if (!settings.ok) return settings
  const json = options.json === true
  return work({
    io,
    settings: settings.value,
    api: apiClient(io, settings.value, json ? 'programs' : 'people'),
    json,
    paint: paintFor(io, io.stdout, options.color),
    print: (...lines) => io.stdout.write(lines.map((line) => `${line}\n`).join('')),
    printJson: (value) => io.stdout.write(`${toJson(value, 2)}\n`),
    note: (line) => io.stderr.write(`${line}\n`),
  })
}
