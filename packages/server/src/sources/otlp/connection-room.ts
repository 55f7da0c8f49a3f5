/**
 * Bounds how many connections there are. One more takes the place of the one on which nothing was asked for longest, so
 * that who opens connections and leaves them alone keeps nobody out; where something is asked on all, it finds no place.
 */

interface Connection {
  destroy(): void
}

export interface ConnectionRoom<Of extends Connection> {
  enter(connection: Of): void
  /** Something is asked on it, until it is idle as often. */
  busy(connection: Of): void
  idle(connection: Of): void
  left(connection: Of): void
}

export function createConnectionRoom<Of extends Connection>(most: number): ConnectionRoom<Of> {
  /** How much is asked on each. */
  const asked = new Map<Of, number>()
  /** The one that is so for longest is the first. */
  const idle = new Set<Of>()
  const left = (connection: Of): void => {
    asked.delete(connection)
    idle.delete(connection)
  }
  return {
    enter(connection) {
      const [longest] = idle
      if (asked.size >= most) {
        const leaves = longest ?? connection
        left(leaves)
        leaves.destroy()
        if (leaves === connection) return
      }
      asked.set(connection, 0)
      idle.add(connection)
    },
    busy(connection) {
      if (!asked.has(connection)) return
      asked.set(connection, (asked.get(connection) ?? 0) + 1)
      idle.delete(connection)
    },
    idle(connection) {
      if (!asked.has(connection)) return
      const rest = (asked.get(connection) ?? 1) - 1
      asked.set(connection, rest)
      if (rest === 0) idle.add(connection)
    },
    left,
  }
}
