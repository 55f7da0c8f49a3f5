/** Runs one load through the same world once for each who decides on instances, and keeps what each came to. */
import { inForce, termsAt, type Agreement, type Service } from '@holdfast/core/agreement'
import type { InstanceCounts } from '@holdfast/core/allocation'
import {
  addDuration,
  seconds,
  type DurationMs,
  type EpochMs,
  type LevelName,
  type PartName,
} from '@holdfast/core/units'
import {
  createSizer,
  moneyOf,
  rateAt,
  runAutoscaler,
  simulate,
  SIMULATION_BEGINS,
  type LoadShape,
  type RunFigures,
  type RunInput,
} from '@holdfast/simulator'
import type { Contender } from './contenders.ts'
import { createSeries, type Series } from './series.ts'

export interface SimulationRequest {
  readonly service: Service
  readonly agreements: readonly Agreement[]
  /** Whether in operation it is only advised, unlike here. */
  readonly advised: boolean
  readonly load: LoadShape
  readonly says: string
  readonly duration: DurationMs
  readonly seed: number
  readonly contenders: readonly Contender[]
  readonly progress: (what: string, share: number) => void
}

export interface Simulated extends Omit<SimulationRequest, 'contenders' | 'progress' | 'load'> {
  /** Holdfast first. */
  readonly runs: readonly SimulatedRun[]
  /** Of Holdfast's run. */
  readonly series: Series
  /** The level that the series is of; null where none was counted. */
  readonly shown: { readonly level: LevelName; readonly promised: number } | null
  readonly journalHash: string
  /** Plans that broke an invariant. */
  readonly violations: number
}

export interface SimulatedRun {
  readonly name: string
  readonly figures: RunFigures
  readonly money: ReturnType<typeof moneyOf>
  readonly spread: Readonly<Record<PartName, { readonly least: number; readonly most: number }>>
}

/** As the server's loop. */
const TICK: DurationMs = seconds(2)

const MS_PER_SECOND = 1_000
const SECONDS_PER_MINUTE = 60

export function runAll(request: SimulationRequest): Simulated {
  const { service, agreements, load, duration, seed, contenders, progress } = request
  const sized = sizerOf(service, agreements)
  const input: RunInput = {
    service,
    agreements,
    load,
    duration,
    seed,
    // Nobody begins with a service that is not there: the question is what comes after.
    initial: sized(minuteMean(load, 0)),
  }
  const series = createSeries(duration)
  const spread = createSpread()
  const own = simulate({
    ...input,
    tickEvery: TICK,
    onTick: ({ share, observation, desired }) => {
      progress('simulating', share / (contenders.length + 1))
      const counts = countsOf(desired)
      spread.add(counts)
      series.add(observation, observation.span.from - SIMULATION_BEGINS, counts)
    },
  })
  const runs = [runOf('HOLDFAST', own.figures, spread, request)]
  const peak = contenders.length === 0 ? 0 : peakMinute(load, duration)
  for (const contender of contenders) {
    const spread = createSpread()
    const { figures } = runAutoscaler(
      {
        ...input,
        onTick: ({ share, counts }) => {
          progress('simulating others', (runs.length + share) / (contenders.length + 1))
          spread.add(counts)
        },
      },
      contender.autoscaler({ service, sized, peak }),
    )
    runs.push(runOf(contender.name, figures, spread, request))
  }
  const [first] = own.figures.levels
  return {
    ...request,
    runs,
    series: series.series(),
    shown: first === undefined ? null : { level: first.level, promised: first.promised },
    journalHash: own.journalHash,
    violations: own.summary.violations.filter(({ severity }) => severity === 'error').length,
  }
}

function runOf(
  name: string,
  figures: RunFigures,
  spread: Spread,
  { service, agreements, duration }: SimulationRequest,
): SimulatedRun {
  const to: EpochMs = addDuration(SIMULATION_BEGINS, duration)
  const money = moneyOf({ service, agreements, span: { from: SIMULATION_BEGINS, to }, figures })
  return { name, figures, money, spread: spread.spread() }
}

interface Spread {
  add(counts: InstanceCounts): void
  spread(): SimulatedRun['spread']
}

function createSpread(): Spread {
  const parts = new Map<PartName, { least: number; most: number }>()
  return {
    add(counts) {
      for (const [name, count] of Object.entries(counts)) {
        const part = name as PartName
        const { least, most } = parts.get(part) ?? { least: count, most: count }
        parts.set(part, { least: Math.min(least, count), most: Math.max(most, count) })
      }
    },
    spread: () => Object.fromEntries(parts),
  }
}

function countsOf(desired: readonly { readonly part: PartName }[]): InstanceCounts {
  const counts: Record<PartName, number> = {}
  for (const { part } of desired) counts[part] = (counts[part] ?? 0) + 1
  return counts
}

/** Where nothing can be sized, parts have what they must have at least. */
function sizerOf(service: Service, agreements: readonly Agreement[]): (rate: number) => InstanceCounts {
  const terms = inForce(agreements, SIMULATION_BEGINS).map((one) => termsAt(one, SIMULATION_BEGINS))
  const sizer = createSizer(service, terms)
  const least = Object.fromEntries(service.parts.map(({ name, minInstances }) => [name, minInstances]))
  return (rate) => sizer(rate) ?? least
}

function minuteMean(load: LoadShape, fromMs: number): number {
  let sum = 0
  for (let second = 0; second < SECONDS_PER_MINUTE; second += 1)
    sum += rateAt(load, fromMs + second * MS_PER_SECOND)
  return sum / SECONDS_PER_MINUTE
}

function peakMinute(load: LoadShape, duration: DurationMs): number {
  let peak = 0
  for (let at = 0; at < duration; at += SECONDS_PER_MINUTE * MS_PER_SECOND)
    peak = Math.max(peak, minuteMean(load, at))
  return peak
}
