/**
 * What is kept of a tick so that it can be decided again: all that it was decided from. What stays the same for
 * long stands in checkpoints; the state between two of them follows from deciding again.
 *
 * Lines keep the order of keys, as a decision may depend on it, and amounts of money as whole numbers of any
 * size, which plain JSON has no word for.
 */
import type { Agreement, Service } from '@holdfast/core/agreement'
import type {
  DecideInput,
  DesiredInstance,
  Generation,
  Said,
  ServiceState,
  Share,
} from '@holdfast/core/control'
import type { ServiceObservation } from '@holdfast/core/health'
import type { EpochMs } from '@holdfast/core/units'

/** Why a stretch of ticks begins anew: the loop started, something was applied, or some minutes have passed. */
export type CheckpointReason = 'start' | 'change' | 'time'

/** What holds from the next tick on, until another checkpoint. */
export interface Checkpoint {
  readonly kind: 'checkpoint'
  readonly reason: CheckpointReason
  /** Of the service's manifest. */
  readonly version: number
  readonly service: Service
  readonly agreements: readonly Agreement[]
  readonly state: ServiceState
  /** What was last said of the service; a tick that says the same has no entry in the journal. */
  readonly said: Said
}

export interface RecordedTick {
  readonly kind: 'tick'
  readonly now: EpochMs
  readonly generation: Generation
  /** Absent where it is the same as at the tick before. */
  readonly desired?: readonly DesiredInstance[]
  readonly observation: ServiceObservation
  readonly dependencies: DecideInput['dependencies']
  /** Absent where the platform was not shared out. */
  readonly share?: Share
}

export type RecordedLine = Checkpoint | RecordedTick

const AMOUNT = '$amount'

export const writeLine = (line: RecordedLine): string => JSON.stringify(line, replaceAmount)

export function readLine(text: string): RecordedLine {
  // Ticks hold no money, and reviving visits each of their values.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above and nowhere else
  return JSON.parse(text, text.includes(AMOUNT) ? reviveAmount : undefined) as RecordedLine
}

function replaceAmount(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { [AMOUNT]: value.toString() } : value
}

function reviveAmount(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(AMOUNT in value)) return value
  return BigInt(String(value[AMOUNT]))
}
