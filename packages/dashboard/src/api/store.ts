/** Holds one immutable state and tells its listeners when another takes its place. */
export interface Store<S> {
  get(): S
  /** `next` gives the state after; giving the same one back tells nobody. */
  update(next: (state: S) => S): void
  subscribe(listener: () => void): () => void
}

export function createStore<S>(first: S): Store<S> {
  const listeners = new Set<() => void>()
  let state = first
  return {
    get: () => state,
    update(next) {
      const after = next(state)
      if (after === state) return
      state = after
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
