/** What an application gave as parameters, as it can be sent. */
import type { Parameters } from './options.ts'

/**
 * A copy, as applications change what they gave. What is no value, such as NaN of a sensor that has none yet, is left out,
 * as it would be refused.
 */
export const parametersOf = (given: unknown): Parameters => ({
  ...(JSON.parse(JSON.stringify(given), (_name, value: unknown) => value ?? undefined) as Parameters),
})
