/** "Did you mean …": the word that a mistyped one was likely meant to be. */

/** Longer input is no typing mistake; the limit also bounds the work. */
const MAX_LENGTH = 40

/** The nearest word within a third of the letters wrong (at least one, at most three), or null. */
export function nearest(input: string, words: readonly string[]): string | null {
  if (input.length > MAX_LENGTH) return null
  const typed = input.toLowerCase()
  let best: { readonly word: string; readonly distance: number } | null = null
  for (const word of words) {
    const allowed = Math.min(3, Math.max(1, Math.floor(Math.max(word.length, typed.length) / 3)))
    const distance = editDistance(typed, word.toLowerCase())
    if (distance <= allowed && distance < (best?.distance ?? Infinity)) best = { word, distance }
  }
  return best?.word ?? null
}

/** Letters to add, drop, change or swap with their neighbour (optimal string alignment). */
function editDistance(from: string, to: string): number {
  let beforePrevious: readonly number[] = []
  let previous: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const change = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1)
      const isSwap =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const swap = isSwap ? (beforePrevious[column - 2] ?? 0) + 1 : Infinity
      current.push(Math.min(change, swap, (current[column - 1] ?? 0) + 1, (previous[column] ?? 0) + 1))
    }
    beforePrevious = previous
    previous = current
  }
  return previous[to.length] ?? 0
}
