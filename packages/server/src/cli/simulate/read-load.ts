/** The load that a simulation is given, and for how long, from what was typed. */
import { resolve } from 'node:path'
import {
  days,
  durationMs,
  fail,
  ok,
  parseDuration,
  parseRate,
  type DurationMs,
  type Parsed,
  type PerSecond,
  type Result,
} from '@holdfast/core/units'
import { parseLoad, withMeanRate, withPeakRate, type LoadShape, type TraceLoad } from '@holdfast/simulator'
import { failure, type ProblemDocument } from '../failure.ts'
import type { Io } from '../io.ts'
import { readTrace } from './read-trace.ts'

export interface LoadOptions {
  readonly trace?: string
  readonly column?: string
  readonly step?: string
  readonly load?: string
  readonly scaleToMean?: string
  readonly scaleToPeak?: string
  readonly days?: string
  readonly for?: string
}

export interface GivenLoad {
  readonly load: LoadShape
  readonly duration: DurationMs
  /** How it was given, for people. */
  readonly says: string
}

/** A year in one run is enough for every question that a day cannot answer. */
const MAX_DURATION: DurationMs = days(366)

/** A day of seconds has two megabytes; a year of minutes eight. */
const MAX_TRACE_BYTES = 64 * 1024 * 1024

const USUAL_LOAD = 'sine:1,9,24h'

const LOAD_HINT =
  'Write 5, sine:1,9,24h, steps:0=2,3600=9 or points:0=2,3600=9: operations a second, and seconds.'

export async function readLoad(io: Io, options: LoadOptions): Promise<Result<GivenLoad, ProblemDocument>> {
  const wanted = readDuration(options)
  if (!wanted.ok) return wanted
  if (options.trace === undefined) return madeLoad(options, wanted.value ?? days(1))
  const trace = await readTraceFile(io, options.trace, options)
  if (!trace.ok) return trace
  const whole = durationMs(trace.value.rates.length * trace.value.step)
  if (wanted.value !== null && wanted.value > whole)
    return usage(
      'The trace is shorter than the time to simulate.',
      `It has ${whole / 1_000} s; leave --for and --days out to take all of it.`,
    )
  const scaled = scaleTrace(trace.value, options)
  if (!scaled.ok) return scaled
  return ok({ load: scaled.value, duration: wanted.value ?? whole, says: options.trace })
}

function madeLoad(options: LoadOptions, duration: DurationMs): Result<GivenLoad, ProblemDocument> {
  const given = Object.entries({
    '--column': options.column,
    '--step': options.step,
    '--scale-to-mean': options.scaleToMean,
    '--scale-to-peak': options.scaleToPeak,
  }).find(([, value]) => value !== undefined)
  if (given !== undefined) return usage(`${given[0]} is about a trace.`, 'Name one with --trace.')
  const text = options.load ?? USUAL_LOAD
  const load = parseLoad(text)
  if (load.ok) return ok({ load: load.value, duration, says: text })
  // The forms that it goes on with are for a page of their own.
  const [what = ''] = load.error.split(/ Write one of:|\n/)
  return usage(`--load: ${what}`, LOAD_HINT)
}

async function readTraceFile(
  io: Io,
  name: string,
  { column, step: stepText }: LoadOptions,
): Promise<Result<TraceLoad, ProblemDocument>> {
  const step = readOption('--step', stepText, parseDuration)
  if (!step.ok) return step
  if (step.value === 0) return usage('--step is zero.', 'Write the time from row to row, such as 1s.')
  const path = resolve(io.cwd, name)
  const facts = io.files.facts(path)
  if (facts === null || facts.kind !== 'file')
    return fail(failure('file-unreadable', `There is no file ${name}.`))
  if (facts.bytes > MAX_TRACE_BYTES)
    return fail(
      failure('file-unreadable', `The trace ${name} has more than 64 MiB.`, {
        hint: 'Take a shorter part of it.',
      }),
    )
  try {
    const text = await io.files.readText(path)
    return readTrace({ name, text, column: column ?? null, step: step.value })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return fail(failure('file-unreadable', `${name} cannot be read: ${why}`))
  }
}

function scaleTrace(trace: TraceLoad, options: LoadOptions): Result<TraceLoad, ProblemDocument> {
  const mean = readOption('--scale-to-mean', options.scaleToMean, parseRate)
  if (!mean.ok) return mean
  const peak = readOption('--scale-to-peak', options.scaleToPeak, parseRate)
  if (!peak.ok) return peak
  const scaled = scaledTo(trace, mean.value, peak.value)
  return ok(scaled)
}

function scaledTo(trace: TraceLoad, mean: PerSecond | null, peak: PerSecond | null): TraceLoad {
  if (mean !== null) return withMeanRate(trace, mean)
  return peak === null ? trace : withPeakRate(trace, peak)
}

/** Null where nothing was said. */
function readDuration(options: LoadOptions): Result<DurationMs | null, ProblemDocument> {
  const hint =
    'Write a number of days such as 0.5 with --days, or a time such as 2h with --for; up to 366 days.'
  if (options.days !== undefined) {
    const number = Number(options.days)
    const isDays = options.days.trim() !== '' && number > 0 && number <= 366
    return isDays
      ? ok(durationMs(Math.round(number * days(1))))
      : usage(`--days ${options.days} is no number of days.`, hint)
  }
  const given = readOption('--for', options.for, parseDuration)
  if (!given.ok || given.value === null) return given
  return given.value > 0 && given.value <= MAX_DURATION
    ? given
    : usage('--for is not a time to simulate.', hint)
}

function readOption<T>(
  option: string,
  text: string | undefined,
  parse: (text: string) => Parsed<T>,
): Result<T | null, ProblemDocument> {
  if (text === undefined) return ok(null)
  const parsed = parse(text)
  return parsed.ok ? parsed : usage(`${option}: ${parsed.error.message}`, parsed.error.hint)
}

const usage = (detail: string, hint: string): Result<never, ProblemDocument> =>
  fail(failure('usage', detail, { hint }))
