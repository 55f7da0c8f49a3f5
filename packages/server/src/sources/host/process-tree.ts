/** Which processes belong to which one: itself, its descendants, and what is left of its session. Pure. */
import type { ProcessStat } from './process-text.ts'

/** No instance has more; the rest is not looked at. */
const MAX_MEMBERS = 1_000

/** Empty where there is no such process. */
export function membersOf(root: number, processes: readonly ProcessStat[]): readonly ProcessStat[] {
  const byParent = Map.groupBy(processes, ({ parent }) => parent)
  // Instances lead a session: a descendant whose parent has ended is still in it.
  const members = new Map(
    processes.filter(({ pid, session }) => pid === root || session === root).map((one) => [one.pid, one]),
  )
  if (!members.has(root)) return []
  for (const { pid } of members.values())
    for (const child of byParent.get(pid) ?? []) if (members.size < MAX_MEMBERS) members.set(child.pid, child)
  return [...members.values()].slice(0, MAX_MEMBERS)
}
