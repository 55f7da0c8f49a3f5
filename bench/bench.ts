/**
 * What a bench is: claims about Holdfast, each measured beside a peer or a bound in the same run, and each
 * with a goal that it meets or does not meet. Measurements are repeated in turns, so that what else the
 * machine does falls on all sides alike, and medians are compared.
 */
import { availableParallelism, cpus, totalmem } from 'node:os'

export interface Claim {
  readonly claim: string
  readonly unit: string
  readonly ours: number
  readonly peers: Readonly<Record<string, number>>
  /** The best that is possible at all; null where it is not known. */
  readonly bound: number | null
  /** In words, in the claim's unit: "at most 0.5". */
  readonly goal: string
  readonly holds: boolean
}

export interface BenchOptions {
  /** Ends within 45 seconds, with fewer and shorter rounds. */
  readonly quick: boolean
  /** Tells people what goes on; not part of the result. */
  readonly say: (progress: string) => void
  /** Says under the result what it is of: sizes, where loads are from. */
  readonly note: (line: string) => void
}

export interface Bench {
  readonly name: string
  readonly says: string
  run(options: BenchOptions): Promise<readonly Claim[]>
}

/** What a bench needs is not there; the message says what to do. */
export class CannotRun extends Error {}

export interface Report {
  readonly bench: string
  readonly machine: Machine
  readonly claims: readonly Claim[]
  readonly notes: readonly string[]
}

export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryBytes: number
  readonly platform: string
  readonly node: string
}

export function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  if (upper === undefined || lower === undefined) throw new Error('the median of nothing')
  return (lower + upper) / 2
}

/** As many digits as a person reads. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

export function atMost(limit: number, value: number): Pick<Claim, 'goal' | 'holds'> {
  return { goal: `at most ${limit}`, holds: value <= limit }
}

export function atLeast(limit: number, value: number): Pick<Claim, 'goal' | 'holds'> {
  return { goal: `at least ${limit}`, holds: value >= limit }
}
