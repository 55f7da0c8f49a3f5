/** Where an experiment is: one line that changes on a terminal, a line for each step elsewhere, nothing for programs. */
import { characteristicsOf, type StepResult } from '@holdfast/core/profile'
import { formatDuration, roughRate, perSecond } from '@holdfast/core/units'
import type { ProfileEvent } from '../../profile/index.ts'
import { clean } from '../clean.ts'
import { count } from '../figures.ts'
import type { CommandContext } from '../perform.ts'

export interface Progress {
  readonly tell: (event: ProfileEvent) => void
  /** Leaves the terminal as it was. */
  readonly end: () => void
}

/** For a terminal that does not say how wide it is. */
const DEFAULT_COLUMNS = 80

const CLEAR_LINE = '\r\u001b[2K'

export function showProgress({ io, json, note }: CommandContext): Progress {
  if (io.stderr.isTTY) return onTerminal(io.stderr)
  const tell = (event: ProfileEvent): void => {
    const line = json ? null : plainLine(event)
    if (line !== null) note(clean(line))
  }
  return { tell, end: () => {} }
}

function onTerminal(stderr: CommandContext['io']['stderr']): Progress {
  let found = ''
  let part = ''
  const show = (text: string): void => {
    const line = [part, text, found].filter((piece) => piece !== '').join(' · ')
    stderr.write(CLEAR_LINE + clean(line).slice(0, (stderr.columns || DEFAULT_COLUMNS) - 1))
  }
  const tell = (event: ProfileEvent): void => {
    if (event.kind === 'profiling') {
      part = `${event.part} (${event.nth} of ${event.of})`
      found = ''
    }
    if (event.kind === 'started') found = `starts in ${milliseconds(event.ms)}`
    if (event.kind === 'driven' && event.result.kind === 'saturated')
      found = `takes in about ${rate(event.result.throughput.value)}`
    if (event.kind === 'found') stderr.write(`${CLEAR_LINE}${clean(foundLine(event.profile))}\n`)
    else show(doing(event))
  }
  return { tell, end: () => stderr.write(CLEAR_LINE) }
}

function doing(event: Exclude<ProfileEvent, { readonly kind: 'found' }>): string {
  switch (event.kind) {
    case 'assembling':
      return `Starting one instance of each of ${count(event.parts, 'part')}`
    case 'profiling':
      return 'starting it some times'
    case 'started':
      return `started ${count(event.times, 'time')}`
    case 'driving':
      return `driven at ${rate(event.ratePerSecond)}`
    case 'driven':
      return stepWords(event.result)
    case 'timing':
      return `timed ${count(event.operations, 'operation')}`
  }
}

function plainLine(event: ProfileEvent): string | null {
  switch (event.kind) {
    case 'assembling':
      return `${doing(event)} …`
    case 'profiling':
      return `Profiling ${event.part} (${event.nth} of ${event.of}) …`
    case 'driven':
      return `  ${stepWords(event.result)}`
    case 'found':
      return `  ${foundLine(event.profile)}`
    case 'started':
    case 'driving':
    case 'timing':
      return null
  }
}

/** A step that has shown less of its rate was too short to show more. */
const SHOWN = 0.8

function stepWords(result: StepResult): string {
  const at = rate(result.ratePerSecond)
  switch (result.kind) {
    case 'follows':
      return `${at}: nothing piles up${result.sustainedPerSecond < SHOWN * result.ratePerSecond ? ' yet' : ''}`
    case 'saturated':
      return `${at}: too much, ${rate(result.throughput.value)} come out`
    case 'fails':
      return `${at}: too much, ${Math.round(100 * result.failedRatio)} % fail`
    case 'unclear':
      return `${at}: not clear in the time there is`
    case 'limited':
      return `${at}: ${result.by}`
  }
}

function foundLine(profile: Extract<ProfileEvent, { readonly kind: 'found' }>['profile']): string {
  const { serviceTime, startTime } = characteristicsOf(profile)
  const { value, bound } = profile.capacityPerSecond
  const least = bound.kind === 'at-least' ? 'at least ' : ''
  return (
    `${profile.part}: ${formatDuration(serviceTime.mean)} for an operation, ` +
    `${least}${rate(value)}, ready after ${formatDuration(startTime)}`
  )
}

const rate = (value: number): string => roughRate(perSecond(value))
const milliseconds = (ms: number): string => `${Math.round(ms)} ms`
