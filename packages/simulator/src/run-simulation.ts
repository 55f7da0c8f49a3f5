/**
 * Runs a service for a simulated time under the same core that runs real ones: sense, decide, carry out with
 * the delay that starting takes, account. The same settings give the same run to the byte.
 */
import { termsAt, type Agreement } from '@holdfast/core/agreement'
import {
  newServiceState,
  tick,
  type ChainedEntry,
  type DesiredInstance,
  type ServiceState,
} from '@holdfast/core/control'
import { addDuration, durationMs, epochMs, type EpochMs } from '@holdfast/core/units'
import { createAccount, type Summary } from './account.ts'
import { createJournal } from './decision-journal.ts'
import { SIMULATION_BEGINS, type SimulationInput } from './simulation-input.ts'
import { observe } from './world/observe.ts'
import { World } from './world/world.ts'

export interface Simulation {
  readonly journal: readonly ChainedEntry[]
  /** The hash of the journal's last entry, which covers all of them. */
  readonly journalHash: string
  readonly ticks: number
  readonly summary: Summary
}

export function simulate(input: SimulationInput): Simulation {
  const { service, agreements, load, seed, duration, tickEvery, faults = [] } = input
  const world = new World({ service, load, faults, seed, duration })
  const journal = createJournal()
  const account = createAccount(input)
  let state: ServiceState = newServiceState
  let generation = 0
  let desired: readonly DesiredInstance[] = []
  let ticks = 0
  let since = SIMULATION_BEGINS
  world.countLevels(levelsAt(agreements, since))
  for (let at = 0; at <= duration; at += tickEvery) {
    world.runUntil(at)
    const now = addDuration(SIMULATION_BEGINS, durationMs(at))
    // The first tick comes before anything happened; it looks back on one quiet span, as a server does that starts.
    const span = { from: at === 0 ? epochMs(now - tickEvery) : since, to: now }
    const observation = observe(world, service, span, SIMULATION_BEGINS)
    const decideInput = {
      service,
      agreements,
      state,
      generation,
      desired,
      observation,
      dependencies: [],
      now,
    }
    const [decision] = tick([decideInput])
    if (decision === undefined) throw new Error('A tick of one service must give one decision.')
    journal.record(decideInput, decision)
    state = decision.state
    desired = decision.plan?.desired ?? desired
    generation = decision.plan?.generation ?? generation
    since = now
    ticks += 1
    world.carryOut(desired)
    world.countLevels(levelsAt(agreements, now))
    const ticked = { now, share: at / duration, observation, decision, desired }
    account.add(ticked)
    input.onTick?.(ticked)
  }
  return {
    journal: journal.entries,
    journalHash: journal.hash(),
    ticks,
    summary: account.close(world, state.judge.windows),
  }
}

const levelsAt = (agreements: readonly Agreement[], now: EpochMs): Agreement['levels'] =>
  agreements.flatMap((agreement) => termsAt(agreement, now).levels)
