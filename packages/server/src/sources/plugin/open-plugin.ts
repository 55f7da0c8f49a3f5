/**
 * Runs a command that tells of the service (H1.11): a plug-in of Nagios by its code and its performance data, or one that
 * writes Prometheus text or JSON. What the service's state is, is a figure; that nothing was learned is the fault of
 * the command.
 */
import type { EpochMs } from '@holdfast/core/units'
import { runCommand, type CommandRun } from '../run-command.ts'
import { SourceError, type OpenedSource, type PluginReads, type SourceGiven } from '../source.ts'
import { tellingOf, type Telling } from '../telling.ts'
import { jsonFiguresOf } from './json-figures.ts'
import { pluginTextOf } from './performance-data.ts'

/** Reads the text exposition of Prometheus into the same sink. */
type ReadText = (bytes: Uint8Array, at: EpochMs) => void

export function openPlugin(reads: PluginReads, given: SourceGiven, readText: ReadText): OpenedSource {
  return {
    async round(at, signal) {
      const run = await runCommand(reads.run, signal)
      const about = { part: given.declared.part, instance: null }
      const telling = tellingOf({ sink: given.sink, about, at })
      const [program = ''] = reads.run.command
      if (reads.output === 'nagios') return tellState(run, program, { given, telling })
      if (run.code !== 0) throw new SourceError('failed', endedBadly(run, program))
      telling.observe('plugin.duration', run.tookMs, 'ms')
      if (reads.output === 'prometheus') return readText(run.output, at)
      tellJson(run, program, { given, telling })
    },
    async [Symbol.asyncDispose]() {},
  }
}

interface Told {
  readonly given: SourceGiven
  readonly telling: Telling
}

/** OK, warning, critical, and unknown: of that it is neither up nor down. */
const UP_BY_STATE = [1, 1, 0, null] as const

/** What the source itself tells; a label of the plug-in's is not mixed up with it. */
const OWN_NAMES: ReadonlySet<string> = new Set(['state', 'up', 'duration'])

function tellState(run: CommandRun, program: string, { given, telling }: Told): void {
  const { code } = run
  const up = code === null ? undefined : UP_BY_STATE[code]
  if (code === null || up === undefined) throw new SourceError('failed', endedBadly(run, program))
  telling.gauge('plugin.state', code, '1')
  if (up !== null) telling.gauge('plugin.up', up, '1')
  telling.observe('plugin.duration', run.tookMs, 'ms')
  const { figures, malformed } = pluginTextOf(run.output.toString('utf8'))
  for (const { label, value, unit, kind } of figures)
    telling[kind](`plugin.${OWN_NAMES.has(label) ? `label.${label}` : label}`, value, unit)
  if (malformed > 0) given.sink.fault('malformed', malformed)
}

function tellJson(run: CommandRun, program: string, { given, telling }: Told): void {
  const read = jsonFiguresOf(run.output.toString('utf8'))
  if (read === null) throw new SourceError('malformed', `${program} wrote no JSON object: let it write one.`)
  for (const { name, value } of read.figures) telling.gauge(name, value, null)
  if (read.leftOut > 0) given.sink.fault('malformed', read.leftOut)
}

function endedBadly({ code, complaint, output }: CommandRun, program: string): string {
  const how = code === null ? 'was ended by a signal' : `ended with code ${code}`
  const [line = ''] = (complaint === '' ? output.toString('utf8').trim() : complaint).split('\n')
  return `${program} ${how}${line === '' ? '.' : `: ${line.slice(0, 200)}`}`
}
