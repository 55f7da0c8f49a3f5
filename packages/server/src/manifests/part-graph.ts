/** The graph of which part calls which: its cycle, if there is one, and what can be reached. */
export type Calls = ReadonlyMap<string, readonly string[]>

/** The parts of one cycle in the order of the calls, the first repeated at the end; null when there is none. */
export function findCycle(calls: Calls): readonly string[] | null {
  const done = new Set<string>()
  for (const start of calls.keys()) {
    // Each element is a part on the way and how many of its calls were followed; no recursion, so any depth is safe.
    const way: { readonly part: string; next: number }[] = [{ part: start, next: 0 }]
    const onWay = new Set([start])
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const called = done.has(top.part) ? undefined : calls.get(top.part)?.[top.next++]
      if (called === undefined) {
        done.add(top.part)
        onWay.delete(top.part)
        way.pop()
      } else if (onWay.has(called)) {
        const parts = way.map(({ part }) => part)
        return [...parts.slice(parts.indexOf(called)), called]
      } else if (!done.has(called)) {
        way.push({ part: called, next: 0 })
        onWay.add(called)
      }
    }
  }
  return null
}

export function reachableFrom(entry: string, calls: Calls): ReadonlySet<string> {
  const reached = new Set([entry])
  // A Set's iteration also visits what is added meanwhile.
  for (const part of reached) for (const called of calls.get(part) ?? []) reached.add(called)
  return reached
}
