/**
 * Reads what plug-ins of Nagios write: one line `text | label=value[unit];warn;crit;min;max …`, then lines of long text,
 * and after a further bar more performance data. Thresholds and bounds are passed over: Holdfast has agreements. Pure.
 */
import type { SeriesKind } from '@holdfast/core/health'

interface PerformanceFigure {
  readonly label: string
  /** In the unit that is told: times in ms, sizes in By. */
  readonly value: number
  readonly unit: string | null
  readonly kind: Extract<SeriesKind, 'counter' | 'gauge'>
}

export interface PluginText {
  /** The first line without its performance data. */
  readonly says: string
  readonly figures: readonly PerformanceFigure[]
  /** Pieces that are no performance data. */
  readonly malformed: number
}

/** No plug-in tells of more, and no label is longer. */
const MAX_FIGURES = 500
const MAX_LABEL_LENGTH = 200

interface Unit {
  readonly unit: string | null
  readonly scale: number
}

/** The plug-ins themselves count 1024 bytes to a KB. Others stay as they are. */
const UNITS: ReadonlyMap<string, Unit> = new Map([
  ['', { unit: null, scale: 1 }],
  ['s', { unit: 'ms', scale: 1e3 }],
  ['ms', { unit: 'ms', scale: 1 }],
  ['us', { unit: 'ms', scale: 1e-3 }],
  ['%', { unit: '%', scale: 1 }],
  ['B', { unit: 'By', scale: 1 }],
  ['KB', { unit: 'By', scale: 1024 }],
  ['MB', { unit: 'By', scale: 1024 ** 2 }],
  ['GB', { unit: 'By', scale: 1024 ** 3 }],
  ['TB', { unit: 'By', scale: 1024 ** 4 }],
])

export function pluginTextOf(output: string): PluginText {
  const [first = '', ...further] = output.replaceAll('\r\n', '\n').split('\n')
  const [says, data] = splitAtBar(first)
  const long = further.join('\n')
  const figures: PerformanceFigure[] = []
  let malformed = 0
  for (const piece of piecesOf(`${data}\n${splitAtBar(long)[1]}`)) {
    const figure = figures.length < MAX_FIGURES ? figureOf(piece) : 'malformed'
    if (figure === 'malformed') malformed += 1
    else if (figure !== 'unknown') figures.push(figure)
  }
  return { says: says.trim(), figures, malformed }
}

function splitAtBar(text: string): readonly [string, string] {
  const bar = text.indexOf('|')
  return bar === -1 ? [text, ''] : [text.slice(0, bar), text.slice(bar + 1)]
}

interface Piece {
  readonly label: string
  /** What follows `=`; null where there is none. */
  readonly written: string | null
}

const isSpace = (character: string | undefined): boolean =>
  character === ' ' || character === '\t' || character === '\n'

function* piecesOf(data: string): Generator<Piece> {
  let at = 0
  for (;;) {
    while (isSpace(data[at])) at += 1
    if (at >= data.length) return
    const label = data[at] === "'" ? quotedLabel(data, at) : bareLabel(data, at)
    at = label.end
    if (data[at] !== '=') {
      const end = endOfPiece(data, at)
      yield { label: label.text, written: null }
      at = end
      continue
    }
    const end = endOfPiece(data, at + 1)
    yield { label: label.text, written: data.slice(at + 1, end) }
    at = end
  }
}

interface Label {
  readonly text: string
  readonly end: number
}

/** Two quotes within stand for one. */
function quotedLabel(data: string, start: number): Label {
  let end = start + 1
  for (; end < data.length; end += 1) {
    if (data[end] !== "'") continue
    if (data[end + 1] !== "'") break
    end += 1
  }
  return { text: data.slice(start + 1, end).replaceAll("''", "'"), end: end + 1 }
}

function bareLabel(data: string, start: number): Label {
  let end = start
  while (end < data.length && data[end] !== '=' && !isSpace(data[end])) end += 1
  return { text: data.slice(start, end), end }
}

function endOfPiece(data: string, start: number): number {
  let end = start
  while (end < data.length && !isSpace(data[end])) end += 1
  return end
}

/** A value of U could not be found out: nothing is told, and nothing is wrong. */
function figureOf({ label, written }: Piece): PerformanceFigure | 'malformed' | 'unknown' {
  const [value = ''] = written?.split(';', 1) ?? []
  if (label === '' || label.length > MAX_LABEL_LENGTH || written === null) return 'malformed'
  if (value === 'U') return 'unknown'
  const [, number = '', unit = ''] = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(\D*)$/.exec(value) ?? []
  if (number === '') return 'malformed'
  if (unit === 'c') return { label, value: Number(number), unit: null, kind: 'counter' }
  const known = UNITS.get(unit) ?? { unit, scale: 1 }
  return { label, value: Number(number) * known.scale, unit: known.unit, kind: 'gauge' }
}
