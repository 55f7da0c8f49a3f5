/**
 * What OpenSLO has no field for, as annotations under our own prefix: JSON texts of passages of the manifest.
 * Each SLO names its agreement and level; the terms of the agreement stand at the first of its SLOs.
 */
import { fail, ok, type Result } from '@holdfast/core/units'
import { isObject, type JsonObject } from '../manifests/index.ts'

export const AGREEMENT_ANNOTATION = 'holdfast/agreement'
export const TERMS_ANNOTATION = 'holdfast/terms'
export const LEVEL_ANNOTATION = 'holdfast/level'

/** The keys of an agreement's spec that an SLO does not say, in the order of the manifest. */
export const TERMS = [
  'from',
  'conditions',
  'schedule',
  'remedies',
  'price',
  'places',
  'coldStart',
  'signedBy',
] as const

/** Of a level: its own name and conditions, and what OpenSLO's fields say only nearly. */
export const LEVEL_KEYS = ['name', 'ratio', 'window', 'conditions'] as const

/** The keys of an object that are among these, in their order. */
export function only(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = object[key]
      return value === undefined ? [] : [[key, value] as const]
    }),
  )
}

/** Refused with a sentence when the text is no JSON object with some of these keys and no others. */
export function annotated(text: string, keys: readonly string[]): Result<JsonObject, string> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return fail('is not JSON')
  }
  if (!isObject(value)) return fail('is not a JSON object')
  const strange = Object.keys(value).find((key) => !keys.includes(key))
  return strange === undefined ? ok(value) : fail(`has the key "${strange}", which does not belong there`)
}
