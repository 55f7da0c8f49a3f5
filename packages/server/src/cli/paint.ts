/** Colours, and when there are any: --no-color, NO_COLOR, CLICOLOR_FORCE, TERM=dumb and the TTY decide, in this order. */
import type { Io, Output } from './io.ts'

export type Style = 'plain' | 'bold' | 'muted' | 'good' | 'warning' | 'bad'

export type Paint = (style: Style, text: string) => string

const SEQUENCES: Readonly<Record<Style, readonly [string, string]>> = {
  plain: ['', ''],
  bold: ['\u001b[1m', '\u001b[22m'],
  muted: ['\u001b[2m', '\u001b[22m'],
  good: ['\u001b[32m', '\u001b[39m'],
  warning: ['\u001b[33m', '\u001b[39m'],
  bad: ['\u001b[31m', '\u001b[39m'],
}

export function paintFor(io: Pick<Io, 'env'>, output: Pick<Output, 'isTTY'>, colourWanted: boolean): Paint {
  if (!hasColour(io.env, output.isTTY, colourWanted)) return (_style, text) => text
  return (style, text) => {
    const [on, off] = SEQUENCES[style]
    return text === '' ? text : on + text + off
  }
}

function hasColour(env: Io['env'], isTTY: boolean, colourWanted: boolean): boolean {
  if (!colourWanted || isSet(env['NO_COLOR'])) return false
  if (isSet(env['CLICOLOR_FORCE']) && env['CLICOLOR_FORCE'] !== '0') return true
  if (env['TERM'] === 'dumb' || env['CLICOLOR'] === '0') return false
  return isTTY
}

/** An empty variable counts as none, as no-color.org has it. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}
