/**
 * Which operations of a service are told apart. Their names come from programs, and names that hold an identifier have no
 * end: what is beyond is summed under `other`, and no operation is lost.
 */
import type { SeriesHandle, SeriesSink } from '@holdfast/core/health'
import type { PartName } from '@holdfast/core/units'
import { admitted } from '../admitted.ts'
import type { RecordedOutcome } from './batch.ts'

const MAX_OPERATIONS = 200
const MAX_CLASSES = 16

/** Where what finds no place of its own goes: opened before anything else, so that there is room for it. */
export interface OtherSeries {
  readonly handles: ReadonlyMap<RecordedOutcome, SeriesHandle>
  toldUntil: number
}

export interface OperationNames {
  /** The name under which it is told. */
  operation(name: string): string
  class(name: string): string
  other(part: PartName, open: (outcome: RecordedOutcome) => SeriesHandle): OtherSeries
}

const OUTCOMES: readonly RecordedOutcome[] = ['ok', 'failed', 'aborted']

export function createOperationNames(sink: Pick<SeriesSink, 'epoch'>): OperationNames {
  const operations = new Set<string>()
  const classes = new Set<string>()
  const others = new Map<PartName, OtherSeries>()
  let epoch = sink.epoch()
  /** Series that fell silent were let go, and so are their names. */
  const refresh = (): void => {
    if (epoch === sink.epoch()) return
    epoch = sink.epoch()
    operations.clear()
    classes.clear()
    others.clear()
  }
  return {
    operation: (name) => admitted(operations, name, MAX_OPERATIONS),
    class: (name) => admitted(classes, name, MAX_CLASSES),
    other(part, open) {
      refresh()
      const known = others.get(part)
      if (known !== undefined) return known
      const handles = new Map(OUTCOMES.map((outcome) => [outcome, open(outcome)]))
      const other = { handles, toldUntil: -Infinity }
      others.set(part, other)
      return other
    },
  }
}
