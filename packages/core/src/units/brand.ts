/**
 * Holds the brand that keeps quantities apart at compile time.
 * A branded value is its plain number, bigint or string at run time, so it costs nothing and is JSON-friendly.
 */

declare const brand: unique symbol

export type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** The one place where a plain value gets its brand; callers have checked it. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- callers say which brand
export function branded<Branded extends string | number | bigint>(value: string | number | bigint): Branded {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a brand exists in types only
  return value as Branded
}
