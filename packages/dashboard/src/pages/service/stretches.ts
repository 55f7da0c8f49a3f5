/** Stretches of time over which a service's verdict and its cause stayed the same. Pure. */
import type { HistoryPoint, VerdictState } from '../../../../server/src/http/api.ts'
import { counted } from '../../format/quantity.ts'
import { clockTime, formatAge } from '../../format/time.ts'
import { causeWords, stateWords } from '../../format/words.ts'

export interface Stretch {
  /** The instant of its first tick, as the API knows it. */
  readonly key: string
  readonly fromMs: number
  readonly toMs: number
  readonly state: VerdictState
  readonly cause: HistoryPoint['cause']
  readonly missed: number
}

/** Ticks further apart than this are not joined: nobody knows what was between them. */
const GAP_MS = 15_000

export function stretchesOf(points: readonly HistoryPoint[]): readonly Stretch[] {
  const stretches: Stretch[] = []
  for (const { at, state, cause, missed } of points) {
    const atMs = Date.parse(at)
    const last = stretches.at(-1)
    const fresh = { key: at, fromMs: atMs, toMs: atMs, state, cause, missed }
    if (last === undefined || atMs - last.toMs > GAP_MS) {
      stretches.push(fresh)
      continue
    }
    const goesOn = isSame(last, fresh)
    stretches[stretches.length - 1] = { ...last, toMs: atMs, missed: last.missed + (goesOn ? missed : 0) }
    if (!goesOn) stretches.push(fresh)
  }
  return stretches
}

type Verdict = Pick<Stretch, 'state' | 'cause'>

const isSame = (one: Verdict, other: Verdict): boolean =>
  one.state === other.state && one.cause?.kind === other.cause?.kind && one.cause?.part === other.cause?.part

/** Those in which somebody or something was at fault. */
export const faults = (stretches: readonly Stretch[]): readonly Stretch[] =>
  stretches.filter(({ cause }) => cause !== null)

/** `the application, in part data`; empty where nothing is at fault. */
export function causePlace({ cause }: Pick<Stretch, 'cause'>): string {
  if (cause === null) return ''
  return cause.part === null ? causeWords[cause.kind] : `${causeWords[cause.kind]}, in part ${cause.part}`
}

/** `At risk because of the application, in part data`. */
export function stretchWords(verdict: Verdict): string {
  const state = stateWords[verdict.state]
  return verdict.cause === null ? state : `${state} because of ${causePlace(verdict)}`
}

/** When it was and how long; `goesOn` where it is the present. */
export function timeWords({ fromMs, toMs }: Stretch, goesOn: boolean): string {
  const lasted = formatAge(toMs - fromMs)
  return goesOn
    ? `since ${clockTime(fromMs)}, ${lasted}`
    : `${clockTime(fromMs)}–${clockTime(toMs)}, ${lasted}`
}

export const missedWords = ({ missed }: Stretch): string => `${counted(missed, 'operation')} missed`

/** The lane in words, for those who do not see it. */
export function laneSummary(stretches: readonly Stretch[], rangeWords: string): string {
  const bad = faults(stretches)
  if (stretches.length === 0) return `No verdict is known of in the last ${rangeWords}.`
  if (bad.length === 0) return `No level was at risk or breached in the last ${rangeWords}.`
  const said = bad.map((stretch) => `${clockTime(stretch.fromMs)}: ${stretchWords(stretch)}`)
  return `Verdicts of the last ${rangeWords} other than kept: ${said.join('; ')}.`
}
