/**
 * What was recorded between two instants, by operation, class and outcome. Names come from outside, so there is room for
 * a bounded number of pairs of operation and class; the rest is summed as "other".
 */
import { Recorder, type Recorded } from './recorder.ts'

/** ok: done; failed: by a fault of the program; aborted: given up by the client before the answer was whole. */
export type Outcome = 'ok' | 'failed' | 'aborted'

export interface RecordedSeries extends Recorded {
  readonly operation: string
  readonly class: string
  readonly outcome: Outcome
}

const OTHER = 'other'

const MAX_PAIRS = 200
const MAX_CLASSES = 16
const MAX_OPERATION_LENGTH = 128

type ByOutcome = Partial<Record<Outcome, Recorder>>

export class Aggregate {
  readonly fromMs: number
  readonly #byOperation = new Map<string, Map<string, ByOutcome>>()
  readonly #classes = new Set<string>()
  #limits: readonly number[]
  #pairs = 0
  /** How many operations were under way, times milliseconds, added up. */
  activeMs = 0

  constructor(fromMs: number, limits: readonly number[]) {
    this.fromMs = fromMs
    this.#limits = limits
  }

  /** In milliseconds; what is over each is counted exactly. */
  get limits(): readonly number[] {
    return this.#limits
  }

  record(operation: string, operationClass: string, outcome: Outcome, ms: number): void {
    const pair =
      this.#byOperation.get(operation)?.get(operationClass) ?? this.#pairOf(operation, operationClass)
    ;(pair[outcome] ??= new Recorder(this.#limits)).record(ms)
  }

  get isEmpty(): boolean {
    return this.#pairs === 0
  }

  /** Only as long as it is empty. */
  countOver(limits: readonly number[]): void {
    if (this.isEmpty) this.#limits = limits
  }

  /** How many it tells of. */
  get operations(): number {
    return this.series().reduce((sum, { count }) => sum + count, 0)
  }

  /** Goes on with what came after it; where both were counted against other limits, those that they share are kept. */
  absorbLater(later: Aggregate): void {
    if (this.isEmpty) this.#limits = later.#limits
    else if (!later.isEmpty) this.#narrow(this.#limits.filter((limit) => later.#limits.includes(limit)))
    for (const [operation, byClass] of later.#byOperation)
      for (const [operationClass, byOutcome] of byClass)
        this.#absorbPair(operation, operationClass, byOutcome)
    this.activeMs += later.activeMs
  }

  /** The same with all operations under one name, which is as small as it gets. */
  withoutNames(): Aggregate {
    const whole = new Aggregate(this.fromMs, this.#limits)
    whole.activeMs = this.activeMs
    for (const byClass of this.#byOperation.values())
      for (const [operationClass, byOutcome] of byClass) whole.#absorbPair(OTHER, operationClass, byOutcome)
    return whole
  }

  series(): readonly RecordedSeries[] {
    return [...this.#byOperation].flatMap(([operation, byClass]) =>
      [...byClass].flatMap(([operationClass, byOutcome]) =>
        entriesOf(byOutcome).map(([outcome, recorder]) => ({
          operation,
          class: operationClass,
          outcome,
          ...recorder.recorded(),
        })),
      ),
    )
  }

  #absorbPair(operation: string, operationClass: string, byOutcome: ByOutcome): void {
    const pair = this.#pairOf(operation, operationClass)
    for (const [outcome, recorder] of entriesOf(byOutcome))
      (pair[outcome] ??= new Recorder(this.#limits)).absorb(recorder)
  }

  #narrow(limits: readonly number[]): void {
    if (limits.length === this.#limits.length) return
    this.#limits = limits
    for (const byClass of this.#byOperation.values())
      for (const byOutcome of byClass.values())
        for (const [outcome, recorder] of entriesOf(byOutcome)) byOutcome[outcome] = recorder.against(limits)
  }

  #pairOf(operation: string, operationClass: string): ByOutcome {
    const name = operation.slice(0, MAX_OPERATION_LENGTH)
    const known = this.#byOperation.get(name)?.get(operationClass)
    if (known !== undefined) return known
    const hasRoom = this.#classes.has(operationClass) || this.#classes.size < MAX_CLASSES
    const admitted = hasRoom ? operationClass : OTHER
    // Pairs of "other" are few, as classes are: there is always room for them.
    if (this.#pairs < MAX_PAIRS || name === OTHER) return this.#made(name, admitted)
    return this.#byOperation.get(name)?.get(admitted) ?? this.#made(OTHER, admitted)
  }

  #made(operation: string, operationClass: string): ByOutcome {
    const byClass = this.#byOperation.get(operation) ?? new Map<string, ByOutcome>()
    const known = byClass.get(operationClass)
    if (known !== undefined) return known
    const made: ByOutcome = {}
    this.#byOperation.set(operation, byClass.set(operationClass, made))
    this.#classes.add(operationClass)
    this.#pairs += 1
    return made
  }
}

const entriesOf = (byOutcome: ByOutcome): [Outcome, Recorder][] =>
  Object.entries(byOutcome) as [Outcome, Recorder][]
