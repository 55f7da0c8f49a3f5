/** What a loop would have kept of a simulated service: each of its ticks recorded and journaled as the loop does. */
import type { Agreement, Service } from '@holdfast/core/agreement'
import {
  decisionEntry,
  isWorthAnEntry,
  newServiceState,
  saidBy,
  type DecideInput,
  type JournalContent,
  type Said,
} from '@holdfast/core/control'
import { seconds, type DurationMs, type EpochMs } from '@holdfast/core/units'
import { simulate, type LoadShape } from '@holdfast/simulator'
import { createRecorder } from '../../recording/index.ts'
import type { RecordedBlock } from '../../store/store.ts'

export interface RecordedService {
  readonly blocks: readonly RecordedBlock[]
  readonly journal: readonly JournalContent[]
}

export interface RecordedRun {
  readonly service: Service
  readonly agreements: readonly Agreement[]
  readonly load: LoadShape
  readonly begins: EpochMs
  readonly duration: DurationMs
}

const MANIFEST_VERSION = 1

export function recordService({ service, agreements, ...run }: RecordedRun): RecordedService {
  const recorder = createRecorder()
  const blocks: RecordedBlock[] = []
  const journal: JournalContent[] = []
  let state = newServiceState
  let said: Said = null
  let [generation, desired]: [number, DecideInput['desired']] = [0, []]
  simulate({
    ...run,
    service,
    agreements,
    seed: 1,
    tickEvery: seconds(2),
    onTick: ({ now, observation, decision }) => {
      const dependencies: DecideInput['dependencies'] = []
      const input = { service, agreements, state, generation, desired, observation, dependencies, now }
      blocks.push(...recorder.complete(service.name, now))
      recorder.add({ input, version: MANIFEST_VERSION, said, after: decision.state })
      if (isWorthAnEntry(decision, said)) journal.push(decisionEntry(input, decision, MANIFEST_VERSION))
      said = saidBy(decision)
      state = decision.state
      generation = decision.plan?.generation ?? generation
      desired = decision.plan?.desired ?? desired
    },
  })
  return { blocks: [...blocks, ...recorder.close()], journal }
}
