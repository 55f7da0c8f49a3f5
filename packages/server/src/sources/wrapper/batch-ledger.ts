/**
 * Which batches were counted, so that one that comes again is not counted again; and until when, so that what one process
 * tells goes on where it ended. Bounded: of processes that were silent longest it forgets.
 */

/** What a series tells of, as one text: a service, a part, and an instance or a process. */
type Target = string

export interface Span {
  readonly from: number
  readonly to: number
}

/** One process as it was heard last. */
export interface HeardProcess {
  readonly process: string
  readonly target: Target
  readonly sequence: number
  readonly to: number
  /** Operations under way, on the average of its last batch. */
  readonly active: number
}

export interface BatchLedger {
  hasCounted(process: string, sequence: number): boolean
  /** When a batch began and ended by this server's clock: after all that was told of the same before. */
  spanOf(batch: SpanOf): Span
  count(heard: HeardProcess): void
  /** Operations under way in all processes that tell of the target and were heard lately. */
  activeOf(target: Target, at: number): number
  /** Until when anything is told of the target. */
  toldUntil(target: Target): number
  /** All that it knows, to begin again with after a restart: with it no batch is counted twice. */
  processes(): readonly HeardProcess[]
}

interface SpanOf {
  readonly process: string
  readonly target: Target
  readonly arrivedAt: number
  readonly fromAgoMs: number
  readonly toAgoMs: number
}

const MAX_PROCESSES = 10_000

/** A process that was silent for longer has nothing under way any more. */
const HEARD_LATELY_MS = 30_000

export function createBatchLedger(
  known: readonly HeardProcess[] = [],
  maxProcesses: number = MAX_PROCESSES,
): BatchLedger {
  /** The one that was heard last is the last. */
  const heard = new Map<string, HeardProcess>()
  const ofTarget = new Map<Target, Set<string>>()
  const toldUntil = (target: Target): number => Math.max(-Infinity, ...membersOf(target).map(({ to }) => to))
  const membersOf = (target: Target): readonly HeardProcess[] =>
    [...(ofTarget.get(target) ?? [])].flatMap((process) => heard.get(process) ?? [])

  function forget(process: string): void {
    const { target } = heard.get(process) ?? {}
    heard.delete(process)
    if (target === undefined) return
    ofTarget.get(target)?.delete(process)
    if (ofTarget.get(target)?.size === 0) ofTarget.delete(target)
  }

  function count(one: HeardProcess): void {
    forget(one.process)
    const [silent] = heard.keys()
    if (heard.size >= maxProcesses && silent !== undefined) forget(silent)
    heard.set(one.process, one)
    ofTarget.set(one.target, (ofTarget.get(one.target) ?? new Set()).add(one.process))
  }

  for (const one of known) count(one)
  return {
    hasCounted: (process, sequence) => sequence <= (heard.get(process)?.sequence ?? -1),
    spanOf({ process, target, arrivedAt, fromAgoMs, toAgoMs }) {
      const to = Math.max(Math.round(arrivedAt - toAgoMs), toldUntil(target) + 1)
      const from = Math.max(Math.round(arrivedAt - fromAgoMs), heard.get(process)?.to ?? -Infinity)
      return { from: Math.min(from, to), to }
    },
    count,
    activeOf: (target, at) =>
      membersOf(target)
        .filter(({ to }) => at - to <= HEARD_LATELY_MS)
        .reduce((sum, { active }) => sum + active, 0),
    toldUntil,
    processes: () => [...heard.values()],
  }
}
