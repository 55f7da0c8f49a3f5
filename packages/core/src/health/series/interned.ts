/**
 * Values that many series share, by number: each is kept for as long as a series has it, so that who makes up ever new
 * ones takes no more room than its series do.
 */

export interface Interned<T> {
  /** Null where no series has it. */
  numberOf(value: T): number | null
  at(number: number): T | undefined
  /** One more series has it. Its number. */
  hold(value: T): number
  /** One series fewer has it. */
  letGo(number: number): void
  readonly size: () => number
}

interface Held<T> {
  readonly key: string
  readonly value: T
  holders: number
}

export function createInterned<T>(keyOf: (value: T) => string): Interned<T> {
  const all: (Held<T> | undefined)[] = []
  const numbers = new Map<string, number>()
  const free: number[] = []
  return {
    numberOf: (value) => numbers.get(keyOf(value)) ?? null,
    at: (number) => all[number]?.value,
    hold(value) {
      const key = keyOf(value)
      const known = numbers.get(key)
      const held = known === undefined ? undefined : all[known]
      if (known !== undefined && held !== undefined) {
        held.holders += 1
        return known
      }
      const number = free.pop() ?? all.length
      all[number] = { key, value, holders: 1 }
      numbers.set(key, number)
      return number
    },
    letGo(number) {
      const held = all[number]
      if (held === undefined) return
      held.holders -= 1
      if (held.holders > 0) return
      all[number] = undefined
      numbers.delete(held.key)
      free.push(number)
    },
    size: () => numbers.size,
  }
}
