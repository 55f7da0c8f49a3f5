/**
 * Holds the names of things. Every name is a lower-case DNS label, so that it fits host names, labels and paths alike.
 */
import { branded } from './brand.ts'
import type { Brand } from './brand.ts'
import { quoted } from './quantity-text.ts'
import { ok, refuse } from './result.ts'
import type { Parsed } from './result.ts'

export type ServiceName = Brand<string, 'ServiceName'>
export type PartName = Brand<string, 'PartName'>
export type AgreementName = Brand<string, 'AgreementName'>
export type LevelName = Brand<string, 'LevelName'>
export type OwnerName = Brand<string, 'OwnerName'>
export type InstanceId = Brand<string, 'InstanceId'>
export type InstanceTypeName = Brand<string, 'InstanceTypeName'>
export type SourceName = Brand<string, 'SourceName'>
export type RuleName = Brand<string, 'RuleName'>
export type WatchName = Brand<string, 'WatchName'>

export type Name =
  | ServiceName
  | PartName
  | AgreementName
  | LevelName
  | OwnerName
  | InstanceId
  | InstanceTypeName
  | SourceName
  | RuleName
  | WatchName

/** RFC 1123's limit for one label. */
export const MAX_NAME_LENGTH: number = 63

const NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/

const FALLBACK_EXAMPLE = 'shop-web'

/** Reads any kind of name; the caller says which: `parseName<ServiceName>(text)`. */
export function parseName<Kind extends Name = Name>(text: string): Parsed<Kind> {
  if (text === '')
    return refuse('name-empty', 'The name is empty.', `Write a name such as ${FALLBACK_EXAMPLE}.`)
  if (text.length > MAX_NAME_LENGTH) {
    return refuse(
      'name-too-long',
      `The name ${quoted(text)} has ${text.length} characters.`,
      `Write at most ${MAX_NAME_LENGTH}, such as ${FALLBACK_EXAMPLE}.`,
    )
  }
  if (!NAME.test(text)) {
    return refuse(
      'name-malformed',
      `The name ${quoted(text)} is not a lower-case DNS label.`,
      `Write letters a-z, digits and inner hyphens only, such as ${suggestion(text)}.`,
    )
  }
  return ok(branded<Kind>(text))
}

/** The nearest valid name, so that the hint can be copied. */
function suggestion(text: string): string {
  const label = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return label === '' ? FALLBACK_EXAMPLE : label
}

/**
 * An instance is named so that a person sees what it is and which plan it comes from. A service's generations
 * only count up, so the name is unique for ever.
 */
export function instanceIdOf(
  service: ServiceName,
  part: PartName,
  generation: number,
  nth: number,
): InstanceId {
  return branded<InstanceId>(`${service}-${part}-${generation}-${nth}`)
}
