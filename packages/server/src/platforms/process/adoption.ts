/**
 * Decides what becomes of what a killed predecessor left: processes that a record explains are taken over,
 * all others of this installation are ended, so that there is never an orphan nor a second process for
 * one instance.
 */
import { durationMs, type DurationMs } from '@holdfast/core/units'
import type { Clock } from '../../clock.ts'
import type { InstanceRecord } from './instance-record.ts'
import { groupLives, isAlive, signal, type MarkedProcess, type ProcessIdentity } from './process-identity.ts'
import type { LiveProcess } from './spawn.ts'

export interface KnownRun {
  readonly record: InstanceRecord
  /** Whether the process that the record names still lives, and is not another one with its pid. */
  readonly alive: boolean
}

export interface Adoption {
  /** Each record, with the process that is its instance's, or null. */
  readonly instances: readonly { readonly record: InstanceRecord; readonly process: ProcessIdentity | null }[]
  /** Process groups that no record explains. */
  readonly leftovers: readonly number[]
}

/** How soon the end of a process is noticed that is not a child of this one. */
const LIVENESS_INTERVAL: DurationMs = durationMs(100)

/** Leftovers serve nobody; they get a moment to close their files, not a drain. */
const LEFTOVERS_END_WITHIN: DurationMs = durationMs(2_000)
const LEFTOVERS_INTERVAL: DurationMs = durationMs(50)

/** `ownGroup` is the server's own, which may carry the mark when it was itself started by an instance. */
export function planAdoption(
  known: readonly KnownRun[],
  marked: readonly MarkedProcess[],
  ownGroup: number | null,
): Adoption {
  const instances = known.map(({ record, alive }) => ({ record, process: processOf(record, alive, marked) }))
  const explained = new Set(
    instances.flatMap(({ record, process }) => (process === null ? [] : [record.run?.mark])),
  )
  const adopted = new Set(instances.map(({ process }) => process?.pid))
  const groups = marked.filter(({ run }) => !explained.has(run)).map(({ group }) => group)
  const leftovers = [...new Set(groups)].filter((group) => group !== ownGroup && !adopted.has(group))
  return { instances, leftovers }
}

function processOf(
  { run }: InstanceRecord,
  alive: boolean,
  marked: readonly MarkedProcess[],
): ProcessIdentity | null {
  if (run === null) return null
  if (run.process !== null) return alive ? run.process : null
  // The predecessor ended between start and record: the leader of the group is the process that it started.
  const leader = marked.find((process) => process.run === run.mark && process.group === process.pid)
  return leader === undefined ? null : { pid: leader.pid, started: leader.started }
}

export async function endLeftovers(groups: readonly number[], clock: Clock): Promise<void> {
  for (const group of groups) signal(-group, 'SIGTERM')
  const tries = Math.ceil(LEFTOVERS_END_WITHIN / LEFTOVERS_INTERVAL)
  let living = await stillLiving(groups)
  for (let tried = 0; tried < tries && living.length > 0; tried++) {
    await clock.sleep(LEFTOVERS_INTERVAL)
    living = await stillLiving(living)
  }
  for (const group of living) signal(-group, 'SIGKILL')
}

async function stillLiving(groups: readonly number[]): Promise<readonly number[]> {
  const living = await Promise.all(groups.map(groupLives))
  return groups.filter((_, index) => living[index])
}

/** Watches a process that is not our child: nobody will tell its exit code. */
export function watchAdopted(identity: ProcessIdentity, clock: Clock, closed: AbortSignal): LiveProcess {
  const untilGone = async (): Promise<string> => {
    while (!closed.aborted && (await isAlive(identity))) await clock.sleep(LIVENESS_INTERVAL, closed)
    return 'ended (how is unknown, as a predecessor of this server started it)'
  }
  return { ...identity, exited: untilGone() }
}
