/**
 * Holds the one check behind the constructors of integer quantities.
 */

/**
 * The nearest integer. A number that is not finite, or too large to be exact, is a programmer's error and throws:
 * it would spread through every later sum.
 */
export function whole(value: number, what: string): number {
  const rounded = Math.round(value)
  if (!Number.isSafeInteger(rounded)) throw new RangeError(`${what} must be a finite number, not ${value}`)
  // Adding zero turns -0 into 0, which would otherwise differ in comparisons and snapshots.
  return rounded + 0
}
