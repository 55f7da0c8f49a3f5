/** Lets one contender run the service under one load, and says what that came to. */
import { termsAt } from '@holdfast/core/agreement'
import type { InstanceCounts } from '@holdfast/core/allocation'
import { seconds } from '@holdfast/core/units'
import {
  captain,
  createSizer,
  firstSeconds,
  hpa,
  kpa,
  meanOf,
  requestRate,
  runAutoscaler,
  secondsOf,
  simulate,
  SIMULATION_BEGINS,
  staticPeak,
  type Autoscaler,
  type LoadShape,
  type RunInput,
  type Sizer,
  type Trace,
} from '@holdfast/simulator'
import type { Contender, Peer } from './contenders.ts'
import type { Load } from './pool.ts'
import { outcomeOf, type Outcome } from './outcome.ts'
import { runClairvoyant } from './run-clairvoyant.ts'
import { agreement, service } from './shop-at-scale.ts'

/** As the loop of a server. */
const TICK = seconds(2)

/** Chance is the same for all contenders on a trace. */
const SEED = 20_261

const PEAK_SECONDS = 60

/** Sizings are worked out once for all contenders that one worker runs. */
const sizer: Sizer = createSizer(service, [termsAt(agreement, SIMULATION_BEGINS)])

export interface ContenderRun extends Load {
  readonly contender: Contender
  readonly quick: boolean
}

export function runContender({ trace, figuresFrom, contender, quick }: ContenderRun): Outcome {
  const input: RunInput = {
    service,
    agreements: [agreement],
    load: loadOf(trace),
    seed: SEED,
    duration: seconds(Math.floor(secondsOf(trace))),
    initial: sized(meanOf(firstSeconds(trace, PEAK_SECONDS))),
    figuresFrom,
  }
  if (contender.kind === 'clairvoyant') return runClairvoyant({ input, rates: trace.rates, sizer, quick })
  const { figures } =
    contender.kind === 'holdfast'
      ? simulate({ ...input, tickEvery: TICK })
      : runAutoscaler(input, peerFor(contender, trace))
  return outcomeOf(figures, input)
}

const loadOf = ({ rates, stepSeconds }: Trace): LoadShape => ({
  kind: 'trace',
  step: seconds(stepSeconds),
  rates,
})

function peerFor({ kind, target }: Peer, trace: Trace): Autoscaler<unknown> {
  switch (kind) {
    case 'hpa':
      return hpa(service, { targetPercent: Math.round(100 * target), behavior: 'none' })
    case 'hpa-behavior':
      return hpa(service, { targetPercent: Math.round(100 * target), behavior: 'default' })
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
