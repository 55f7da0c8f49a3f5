/**
 * Runs a service for a simulated time under the same core that runs real ones: sense, decide, carry out with
 * the delay that starting takes, account. The same settings give the same run to the byte.
 */
import { newServiceState, tick, type ChainedEntry, type ServiceState } from '@holdfast/core/control'
import { addDuration, durationMs } from '@holdfast/core/units'
import { createAccount, type Summary } from './account.ts'
import { createJournal } from './decision-journal.ts'
import type { RunFigures } from './run-figures.ts'
import { createSignals } from './signals.ts'
import type { SimulationInput } from './simulation-input.ts'
import { WorldRun } from './world-run.ts'

export interface Simulation {
  readonly journal: readonly ChainedEntry[]
  /** The hash of the journal's last entry, which covers all of them. */
  readonly journalHash: string
  readonly ticks: number
  readonly summary: Summary
  /** The same figures as a run of any other autoscaler gives. */
  readonly figures: RunFigures
}

export function simulate(input: SimulationInput): Simulation {
  const { service, agreements, duration, tickEvery, signalAge = durationMs(0) } = input
  const run = new WorldRun(input, { samplesUse: false })
  const signals = createSignals({ run, service, every: tickEvery, signalAge })
  const journal = createJournal()
  const account = createAccount(input)
  let state: ServiceState = newServiceState
  let generation = 0
  let desired = run.initial()
  let ticks = 0
  for (let at = 0; at <= duration; at += tickEvery) {
    signals.advance(at)
    const now = addDuration(run.begins, durationMs(at))
    const { observation } = signals.latest()
    const decideInput = {
      service: run.service,
      agreements,
      state,
      generation,
      desired,
      observation,
      dependencies: run.dependencies,
      now,
    }
    const [decision] = tick([decideInput])
    if (decision === undefined) throw new Error('A tick of one service must give one decision.')
    journal.record(decideInput, decision)
    state = decision.state
    desired = decision.plan?.desired ?? desired
    generation = decision.plan?.generation ?? generation
    ticks += 1
    run.carryOut(desired)
    const ticked = { now, share: at / duration, observation, decision, desired }
    account.add(ticked)
    input.onTick?.(ticked)
  }
  const figures = run.figures()
  return {
    journal: journal.entries,
    journalHash: journal.hash(),
    ticks,
    summary: account.close(run.world, state.judge.windows, figures),
    figures,
  }
}
