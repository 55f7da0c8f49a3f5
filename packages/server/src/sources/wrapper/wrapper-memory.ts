/**
 * What is kept of a service from one batch to the next: which batches were counted, stored with what they told, so that a
 * restart counts none twice; and the names of its operations. What one service is sent takes nothing from another.
 */
import type { Intake } from '../intake.ts'
import { createBatchLedger, type BatchLedger, type HeardProcess } from './batch-ledger.ts'
import { createOperationNames, type OperationNames } from './operation-names.ts'

export interface WrapperMemory {
  readonly ledger: BatchLedger
  readonly names: OperationNames
}

/** It goes with the service's series. */
export function createWrapperMemories(): (intake: Pick<Intake, 'sink' | 'memory'>) => WrapperMemory {
  const all = new WeakMap<Intake['sink'], WrapperMemory>()
  return ({ sink, memory }) => {
    const known = all.get(sink)
    if (known !== undefined) return known
    const ledger = createBatchLedger(memory.before === null ? [] : readProcesses(memory.before))
    memory.remember(() => JSON.stringify(ledger.processes()))
    const one = { ledger, names: createOperationNames(sink) }
    all.set(sink, one)
    return one
  }
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above and nowhere else
const readProcesses = (text: string): readonly HeardProcess[] => JSON.parse(text) as readonly HeardProcess[]
