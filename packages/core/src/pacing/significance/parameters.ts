/** What clients report of themselves. */

/** Numbers, texts, flags, and sets of texts. */
export type ParameterValue = number | string | boolean | readonly string[]
export type Parameters = Readonly<Record<string, ParameterValue>>

/** Clients name parameters as they like: what they did not report is not there, whatever objects inherit. */
export const valueOf = (parameters: Parameters, name: string): ParameterValue | undefined =>
  Object.hasOwn(parameters, name) ? parameters[name] : undefined
