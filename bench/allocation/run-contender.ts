/** Lets one contender run the service under one load, and says what that came to. */
import { termsAt } from '@holdfast/core/agreement'
import type { InstanceCounts } from '@holdfast/core/allocation'
import { addDuration, seconds } from '@holdfast/core/units'
import {
  captain,
  clairvoyant,
  createSizer,
  firstSeconds,
  hpa,
  kpa,
  meanOf,
  moneyOf,
  needsFor,
  requestRate,
  runAutoscaler,
  secondsOf,
  simulate,
  SIMULATION_BEGINS,
  staticPeak,
  type Autoscaler,
  type LoadShape,
  type RunFigures,
  type RunInput,
  type Sizer,
  type Trace,
} from '@holdfast/simulator'
import type { Contender, PeerKind } from './contenders.ts'
import { agreement, service, START_TIME } from './shop-at-scale.ts'

/** What is learned in the first minutes, and what the instances of the beginning do there, counts for nobody. */
const FIGURES_FROM = seconds(300)

/** As the loop of a server. */
const TICK = seconds(2)

/** Chance is the same for all contenders on a trace. */
const SEED = 20_261

/** A start takes a tenth longer than expected at times. */
const LEAD_SECONDS = Math.ceil((START_TIME * 1.1) / 1_000)

const PEAK_SECONDS = 60

export interface Outcome {
  /** In units of the currency, for an hour. */
  readonly money: number
  readonly instances: number
  readonly remedies: number
  readonly secondsOut: number
  readonly secondsWithOperations: number
  readonly scalings: number
  readonly hours: number
  readonly operations: number
}

/** Sizings are worked out once for all contenders that one worker runs. */
const sizer: Sizer = createSizer(service, [termsAt(agreement, SIMULATION_BEGINS)])

export function runContender(trace: Trace, contender: Contender): Outcome {
  const duration = seconds(Math.floor(secondsOf(trace)))
  const input: RunInput = {
    service,
    agreements: [agreement],
    load: loadOf(trace),
    seed: SEED,
    duration,
    initial: sized(meanOf(firstSeconds(trace, PEAK_SECONDS))),
    figuresFrom: FIGURES_FROM,
  }
  const figures =
    contender.kind === 'holdfast'
      ? simulate({ ...input, tickEvery: TICK }).figures
      : runAutoscaler(input, autoscalerFor(contender, trace)).figures
  return outcomeOf(figures, duration - FIGURES_FROM)
}

const loadOf = ({ rates, stepSeconds }: Trace): LoadShape => ({
  kind: 'trace',
  step: seconds(stepSeconds),
  rates,
})

function autoscalerFor(
  contender: Exclude<Contender, { readonly kind: 'holdfast' }>,
  trace: Trace,
): Autoscaler<unknown> {
  if (contender.kind !== 'clairvoyant') return peerFor(contender.kind, contender.target, trace)
  const { smoothing, target: factor } = contender
  const needs = needsFor({ service, sizer, rates: trace.rates, smoothing, factor })
  return clairvoyant({ needs, leadSeconds: LEAD_SECONDS, beganAt: SIMULATION_BEGINS })
}

function peerFor(kind: PeerKind, target: number, trace: Trace): Autoscaler<unknown> {
  switch (kind) {
    case 'hpa':
      return hpa(service, { targetPercent: 100 * target, behavior: 'none' })
    case 'hpa-behavior':
      return hpa(service, { targetPercent: 100 * target, behavior: 'default' })
    case 'kpa':
      return kpa(service, { concurrency: target })
    case 'request-rate':
      return requestRate(service, { utilization: target })
    case 'captain':
      return captain(service, { throttled: target })
    case 'static-peak':
      return staticPeak(service, sized(target * peakOf(trace)))
  }
}

function sized(rate: number): InstanceCounts {
  const counts = sizer(rate)
  if (counts === null) throw new Error('Every part of the service has characteristics.')
  return counts
}

/** The highest mean of a minute. */
function peakOf({ rates }: Trace): number {
  let [sum, peak] = [0, 0]
  for (const [second, rate] of rates.entries()) {
    sum += rate - (rates[second - PEAK_SECONDS] ?? 0)
    peak = Math.max(peak, sum / PEAK_SECONDS)
  }
  return peak
}

function outcomeOf(figures: RunFigures, countedMs: number): Outcome {
  const hours = countedMs / 3_600_000
  const span = {
    from: addDuration(SIMULATION_BEGINS, FIGURES_FROM),
    to: addDuration(SIMULATION_BEGINS, seconds((FIGURES_FROM + countedMs) / 1_000)),
  }
  const { instances, remedies } = moneyOf({ service, agreements: [agreement], span, figures })
  const [level] = figures.levels
  const [paid, owed] = [amountOf(instances) / hours, amountOf(remedies) / hours]
  return {
    money: paid + owed,
    instances: paid,
    remedies: owed,
    secondsOut: level?.secondsBelow ?? 0,
    secondsWithOperations: level?.secondsWithOperations ?? 0,
    scalings: figures.scalings,
    hours,
    operations: figures.arrivals,
  }
}

/** All prices here are in one currency. */
const amountOf = ([sum]: ReturnType<typeof moneyOf>['total']): number => Number(sum?.micros ?? 0n) / 1e6
