/** Changes as markers over a chart: those too near to each other to be told apart share one. Pure. */
import type { ChangeView } from '../../../../server/src/http/api.ts'
import { changeKey } from '../../api/apply.ts'
import { counted } from '../../format/quantity.ts'
import { clockTime } from '../../format/time.ts'
import { codeWords } from '../../format/words.ts'

export interface Marker {
  readonly key: string
  /** 0 at the chart's left edge, 1 at its right. */
  readonly position: number
  readonly kind: 'more' | 'fewer' | 'mixed'
  /** Newest last. */
  readonly changes: readonly ChangeView[]
}

/** A finger's width at 700 px is more; a pointer tells 14 px apart. */
const NEAREST = 0.02

export function markersOf(changes: readonly ChangeView[], fromMs: number, toMs: number): readonly Marker[] {
  const groups: { position: number; changes: ChangeView[] }[] = []
  for (const change of changes) {
    const position = (Date.parse(change.at) - fromMs) / (toMs - fromMs)
    if (position < 0 || position > 1) continue
    const last = groups.at(-1)
    if (last !== undefined && position - last.position < NEAREST) last.changes.push(change)
    else groups.push({ position, changes: [change] })
  }
  return groups.map(({ position, changes }) => ({
    position,
    changes,
    key: keyOf(changes),
    kind: kindOf(changes),
  }))
}

function changeWords(change: ChangeView): string {
  const { part, from, to, reason } = change
  return `${clockTime(Date.parse(change.at))}: ${part} from ${from} to ${to}, ${codeWords(reason.code)}`
}

export function markerWords(marker: Marker): string {
  const [first] = marker.changes
  if (first !== undefined && marker.changes.length === 1) return changeWords(first)
  const all = counted(marker.changes.length, 'change')
  return `${all}: ${marker.changes.map(changeWords).join('; ')}`
}

function keyOf(changes: readonly ChangeView[]): string {
  const [first] = changes
  return first === undefined ? '' : changeKey(first)
}

function kindOf(changes: readonly ChangeView[]): Marker['kind'] {
  if (changes.every(({ from, to }) => to > from)) return 'more'
  return changes.every(({ from, to }) => to < from) ? 'fewer' : 'mixed'
}
