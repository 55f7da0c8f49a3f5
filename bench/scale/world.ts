/**
 * Many services through ticks of two seconds: what is decided is carried out at once, and what sensors would see
 * of it is handed to the next tick. Only deciding is timed.
 */
import { newServiceState, tick, type DecideInput, type TickDecision } from '@holdfast/core/control'
import { seededRandom } from '@holdfast/core/stats'
import { epochMs } from '@holdfast/core/units'
import { hpa, SIMULATION_BEGINS } from '@holdfast/simulator'
import { fleetOf, type FleetService } from './fleet.ts'
import { observe } from './observe.ts'

export interface Took {
  readonly ms: number
  /** Of all threads: what it takes where there is one core alone. */
  readonly processorMs: number
}

export interface FleetRun {
  /** One tick of all services; then two seconds pass. */
  tick(): Took
  /** The sum that Kubernetes' rule does for each part, on what the last tick saw. */
  hpaOnly(): Took
  instances(): number
}

const TICK_MS = 2_000
const SEED = 11
const TARGET_PERCENT = 60

export function startFleet(size: number): FleetRun {
  const random = seededRandom(SEED)
  const fleet = fleetOf(size, random)
  const rules = fleet.map(({ service }) =>
    hpa(service, { targetPercent: TARGET_PERCENT, behavior: 'default' }),
  )
  let states = rules.map(({ begin }) => begin)
  let inputs = fleet.map((of): DecideInput => {
    const now = SIMULATION_BEGINS
    const observation = observe({ of, desired: [], span: { from: now, to: now }, beganAt: now }, random)
    return {
      service: of.service,
      agreements: [of.agreement],
      state: newServiceState,
      generation: 0,
      desired: [],
      observation,
      dependencies: [],
      now,
    }
  })
  const next = (of: FleetService, input: DecideInput, decision: TickDecision): DecideInput => {
    const span = { from: input.now, to: epochMs(input.now + TICK_MS) }
    const { desired, generation } = decision.plan ?? input
    return {
      ...input,
      state: decision.state,
      generation,
      desired,
      observation: observe({ of, desired, span, beganAt: SIMULATION_BEGINS }, random),
      now: span.to,
    }
  }
  return {
    tick() {
      const { result, took } = timed(() => tick(inputs))
      inputs = inputs.map((input, i) => {
        const [of, decision] = [fleet[i], result[i]]
        return of === undefined || decision === undefined ? input : next(of, input, decision)
      })
      return took
    },
    hpaOnly() {
      const seen = inputs.map(({ observation, state }) => ({
        observation,
        use: observation.parts.map(({ part, inPartMean }) => ({
          part,
          stationsPerInstance: 1,
          busyMean: inPartMean,
          saturatedShare: 0,
        })),
        counts: state.wanted,
      }))
      const { result, took } = timed(() =>
        rules.map((rule, i) => {
          const [what, input] = [seen[i], inputs[i]]
          return what === undefined || input === undefined
            ? rule.begin
            : rule.decide(states[i] ?? null, what, input.now).state
        }),
      )
      states = result
      return took
    },
    instances: () => inputs.reduce((sum, { desired }) => sum + desired.length, 0),
  }
}

function timed<Result>(work: () => Result): { readonly result: Result; readonly took: Took } {
  const processor = process.cpuUsage()
  const began = performance.now()
  const result = work()
  const ms = performance.now() - began
  const { user, system } = process.cpuUsage(processor)
  return { result, took: { ms, processorMs: (user + system) / 1_000 } }
}
