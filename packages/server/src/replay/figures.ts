/**
 * What a stretch of ticks came to: operations, promises, instances, money and changes. Real ticks and simulated
 * ones are added up alike, from what the ticks saw, so that their figures compare. Windows that the stretch
 * cuts are judged and priced by what lies within it.
 */
import {
  discountFor,
  inForce,
  priceOfWindow,
  termsAt,
  windowAt,
  type Agreement,
  type Level,
  type MissedBy,
  type Service,
} from '@holdfast/core/agreement'
import type { DesiredInstance, TickDecision } from '@holdfast/core/control'
import type { ServiceObservation, Span } from '@holdfast/core/health'
import {
  costOf,
  durationMs,
  epochMs,
  micros,
  type EpochMs,
  type LevelName,
  type Money,
  type PartName,
} from '@holdfast/core/units'
import { sumsOf } from './sums-of-money.ts'

/** One tick, as far as figures need it. */
interface CountedTick {
  readonly service: Service
  readonly agreements: readonly Agreement[]
  readonly observation: ServiceObservation
  /** The instances that should be, before the tick. */
  readonly desired: readonly DesiredInstance[]
  readonly decision: Pick<TickDecision, 'verdicts' | 'closed'>
  readonly now: EpochMs
}

interface LevelFigures {
  readonly level: LevelName
  readonly promised: number
  readonly met: number
  readonly missed: number
  readonly windowsKept: number
  readonly windowsBroken: number
}

interface PartFigures {
  readonly part: PartName
  readonly least: number
  readonly mean: number
  readonly most: number
  readonly hours: number
}

/** A stretch of ticks in figures. */
export interface Figures {
  readonly ticks: number
  readonly from: EpochMs
  readonly to: EpochMs
  readonly operations: number
  readonly failed: number
  readonly levels: readonly LevelFigures[]
  readonly parts: readonly PartFigures[]
  readonly instanceHours: number
  /** One sum for each currency. */
  readonly cost: readonly Money[]
  /** Owed for windows that were broken by the platform's fault. */
  readonly remedies: readonly Money[]
  /** What the owner pays for the stretch; none where only the end of a period can tell. */
  readonly price: readonly Money[]
  /** Instances that were ordered to start or to stop. */
  readonly changes: number
}

interface FiguresAccount {
  add(tick: CountedTick): void
  figures(): Figures
}

const MS_PER_HOUR = 3_600_000

export function createFigures(): FiguresAccount {
  const levels = new Map<string, LevelAccount>()
  const parts = new Map<PartName, PartAccount>()
  let [ticks, operations, failed, changes] = [0, 0, 0, 0]
  let first: CountedTick | null = null
  let last: CountedTick | null = null
  return {
    add(tick) {
      const { observation } = tick
      ticks += 1
      operations += observation.completed + observation.failed
      failed += observation.failed
      if (last !== null) changes += differing(last.desired, tick.desired)
      first ??= tick
      last = tick
      countLevels(levels, tick)
      countParts(parts, tick)
    },
    figures() {
      const from = first?.observation.span.from ?? epochMs(0)
      const to = last?.observation.span.to ?? from
      const perPart = [...parts.values()].map(partFigures)
      const ofLevels = [...levels.values()]
      return {
        ticks,
        from,
        to,
        operations,
        failed,
        levels: ofLevels.map(levelFigures),
        parts: perPart,
        instanceHours: perPart.reduce((sum, { hours }) => sum + hours, 0),
        cost: sumsOf([...parts.values()].map(({ price, ms }) => costOf(price, durationMs(ms), 1))),
        remedies: sumsOf(ofLevels.flatMap((level) => owedFor(level, { from, to }))),
        price: sumsOf(priceOf(first, { from, to }, operations)),
        changes,
      }
    },
  }
}

interface LevelAccount {
  readonly level: Level
  readonly agreement: Agreement
  readonly windows: CountedWindow[]
}

interface CountedWindow extends Span {
  met: number
  missed: number
  /** Of what was missed in the window the share that the platform answers for, as of its latest count. */
  platformsPart: number
}

interface PartAccount {
  readonly part: PartName
  readonly price: Service['parts'][number]['price']
  ms: number
  spanMs: number
  least: number
  most: number
}

function countLevels(levels: Map<string, LevelAccount>, tick: CountedTick): void {
  const { observation, agreements, now, decision } = tick
  // What is counted lies in the span; a tick at the very end of a window still belongs to it.
  const at = epochMs(Math.max(observation.span.from, observation.span.to - 1))
  for (const agreement of inForce(agreements, now)) {
    for (const level of termsAt(agreement, at).levels) {
      const count = observation.levels.find((one) => one.level === level.name)
      if (count === undefined || count.met + count.missed === 0) continue
      const key = `${agreement.name} ${level.name}`
      const account = levels.get(key) ?? { level, agreement, windows: [] }
      levels.set(key, account)
      const window = windowOf(account, at)
      window.met += count.met
      window.missed += count.missed
    }
  }
  for (const { agreement, level, window, ...counts } of [...decision.closed, ...decision.verdicts])
    noteBlame(levels.get(`${agreement} ${level}`), window, counts)
}

/** Whose fault misses are may show only later, at the window's end for the last of them. */
function noteBlame(
  account: LevelAccount | undefined,
  span: Span,
  { missed, missedBy }: { readonly missed: number; readonly missedBy: MissedBy },
): void {
  if (account === undefined || missed === 0) return
  const isRolling = account.level.window.kind === 'rolling'
  const window = isRolling ? account.windows.at(-1) : account.windows.find(({ from }) => from === span.from)
  if (window !== undefined) window.platformsPart = (missedBy.platform ?? 0) / missed
}

/** Rolling windows are laid end to end, so that each operation counts once. */
function windowOf({ level: { window }, windows }: LevelAccount, at: EpochMs): CountedWindow {
  const last = windows.at(-1)
  if (last !== undefined && at < last.to) return last
  const span =
    window.kind === 'calendar' ? windowAt(window, at) : { from: at, to: epochMs(at + window.length) }
  const opened = { ...span, met: 0, missed: 0, platformsPart: 1 }
  windows.push(opened)
  return opened
}

function levelFigures({ level, windows }: LevelAccount): LevelFigures {
  const broken = windows.filter((window) => shareOf(window) < level.ratio).length
  return {
    level: level.name,
    promised: level.ratio,
    met: windows.reduce((sum, { met }) => sum + met, 0),
    missed: windows.reduce((sum, { missed }) => sum + missed, 0),
    windowsKept: windows.length - broken,
    windowsBroken: broken,
  }
}

const shareOf = ({ met, missed }: CountedWindow): number => met / (met + missed)

/**
 * As if what was missed for others' sake had not come. Where the stretch cuts a window, its misses are taken to be
 * shared out between the causes like those of all of it.
 */
function platformShareOf({ met, missed, platformsPart }: CountedWindow): number {
  const own = missed * platformsPart
  return met + own === 0 ? 1 : met / (met + own)
}

function owedFor({ level, agreement, windows }: LevelAccount, stretch: Span): readonly Money[] {
  return windows.flatMap((window) => {
    const discount = discountFor(agreement.remedies, level.name, platformShareOf(window))
    const within = {
      from: epochMs(Math.max(window.from, stretch.from)),
      to: epochMs(Math.min(window.to, stretch.to)),
    }
    const worth = discount === 0 ? null : priceOfWindow(agreement.price, within, window.met + window.missed)
    return worth === null ? [] : [partOf(worth, discount)]
  })
}

const partOf = ({ currency, micros: amount }: Money, share: number): Money => ({
  currency,
  micros: micros(BigInt(Math.round(Number(amount) * share))),
})

function priceOf(first: CountedTick | null, stretch: Span, operations: number): readonly Money[] {
  if (first === null) return []
  return inForce(first.agreements, first.now).flatMap(({ price }) => {
    const worth = priceOfWindow(price, stretch, operations)
    return worth === null ? [] : [worth]
  })
}

function countParts(parts: Map<PartName, PartAccount>, { service, observation }: CountedTick): void {
  const { span } = observation
  const spanMs = span.to - span.from
  for (const { name, price } of service.parts) {
    const seen = observation.parts.find(({ part }) => part === name)
    const there = seen?.instances.filter(({ phase }) => phase !== 'failed').length ?? 0
    const account = parts.get(name) ?? { part: name, price, ms: 0, spanMs: 0, least: Infinity, most: 0 }
    parts.set(name, account)
    account.ms += there * spanMs
    account.spanMs += spanMs
    account.least = Math.min(account.least, there)
    account.most = Math.max(account.most, there)
  }
}

const partFigures = ({ part, ms, spanMs, least, most }: PartAccount): PartFigures => ({
  part,
  least: Number.isFinite(least) ? least : 0,
  mean: spanMs === 0 ? 0 : ms / spanMs,
  most,
  hours: ms / MS_PER_HOUR,
})

/** Instances that are in one list only. */
function differing(before: readonly DesiredInstance[], after: readonly DesiredInstance[]): number {
  if (before === after) return 0
  const [left, right] = [new Set(before.map(({ id }) => id)), new Set(after.map(({ id }) => id))]
  return left.symmetricDifference(right).size
}
