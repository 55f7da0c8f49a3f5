/** Turns what a schema refuses into sentences with a hint and a place, in the words of the manifest. */
import type { z } from 'zod'
import { nearest } from '@holdfast/core/units'
import type { Fault } from '../errors/index.ts'
import { KEY_SEPARATOR } from './kinds/schema-parts.ts'
import type { JsonObject, JsonValue } from './text/json-value.ts'
import { pointerOf, valueAt, type Locate, type Path } from './text/path.ts'

type Issue = z.core.$ZodIssue

export function faultsOf(issues: readonly Issue[], document: JsonObject, locate: Locate): readonly Fault[] {
  return worthSaying(issues)
    .flatMap((issue) => faultsOfIssue(issue, { document, locate }, []))
    .map(({ message, hint, place }) => ({
      message: message.charAt(0).toUpperCase() + message.slice(1),
      hint,
      place,
    }))
}

interface Source {
  readonly document: JsonObject
  readonly locate: Locate
}

/** A check of the whole mapping repeats in other words what an unknown key in it says better. */
function worthSaying(issues: readonly Issue[]): readonly Issue[] {
  const strange = new Set(
    issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => pointerOf(plainPath(path))),
  )
  return issues.filter(({ code, path }) => code !== 'custom' || !strange.has(pointerOf(plainPath(path))))
}

const plainPath = (path: readonly PropertyKey[]): Path =>
  path.map((key) => (typeof key === 'symbol' ? String(key) : key))

/** `base` is where the value of a union stands: the paths of its branches begin there. */
function faultsOfIssue(issue: Issue, source: Source, base: Path): readonly Fault[] {
  const path: Path = [...base, ...plainPath(issue.path)]
  const place = source.locate(path)
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, issue, source, path))
  if (valueAt(source.document, path) === undefined) return [missing(issue, place, path)]
  switch (issue.code) {
    case 'invalid_union':
      return issue.errors.length === 0
        ? [notAmong(source, path, optionsOf(issue))]
        : worthSaying(bestBranch(issue.errors)).flatMap((one) => faultsOfIssue(one, source, path))
    case 'invalid_key':
      return [
        {
          message: `${subject(path)} is not the name of an environment variable.`,
          hint: 'Write letters, digits and underscores, such as SERVICE_TIME_MS.',
          place: source.locate(path, 'key'),
        },
      ]
    case 'invalid_value':
      return [notAmong(source, path, issue.values.map(String))]
    case 'custom':
      return [custom(issue, source, path)]
    case 'invalid_type':
    case 'too_small':
    case 'too_big':
    case 'invalid_format':
    case 'invalid_element':
    case 'not_multiple_of':
      return [{ ...shape(issue, source, path), place }]
  }
}

function unknownKey(key: string, issue: Issue, { locate }: Source, path: Path): Fault {
  const known = issue.message.split(KEY_SEPARATOR)
  const meant = nearest(key, known)
  return {
    message: `There is no key "${cut(key)}" in ${subject(path)}.`,
    hint: meant === null ? `The keys here are ${listed(known)}.` : `Did you mean "${meant}"?`,
    place: locate([...path, key], 'key'),
  }
}

function missing(issue: Issue, place: Fault['place'], path: Path): Fault {
  const parent = subject(path.slice(0, -1))
  return { message: `${subject(path)} is missing in ${parent}.`, hint: hintOf(issue), place }
}

function notAmong({ document, locate }: Source, path: Path, allowed: readonly string[]): Fault {
  const value = valueAt(document, path)
  const meant = typeof value === 'string' ? nearest(value, allowed) : null
  return {
    message: `${subject(path)} cannot be ${shown(value)}.`,
    hint: meant === null ? writeOneOf(allowed) : `Did you mean "${meant}"?`,
    place: locate(path),
  }
}

function custom(issue: Issue, { document, locate }: Source, path: Path): Fault {
  const value = valueAt(document, path)
  const says = issue.message === '' ? `${subject(path)} cannot be ${shown(value)}.` : issue.message
  return { message: says, hint: hintOf(issue), place: locate(path) }
}

type ShapeIssue = Exclude<
  Issue,
  { code: 'unrecognized_keys' | 'invalid_union' | 'invalid_key' | 'invalid_value' | 'custom' }
>

/** What is wrong with the kind or the size of a value. */
function shape(issue: ShapeIssue, { document }: Source, path: Path): Omit<Fault, 'place'> {
  const value = valueAt(document, path)
  const who = subject(path)
  switch (issue.code) {
    case 'invalid_type': {
      const [kind, hint] = KINDS[issue.expected] ?? [issue.expected, '']
      const quotable =
        issue.expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')
      return {
        message: `${who} must be ${kind}, not ${shown(value)}.`,
        hint: quotable ? `Put it in quotes: "${String(value)}".` : hint,
      }
    }
    case 'too_small': {
      const least = `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
      if (issue.origin === 'array') return { message: `${who} is empty.`, hint: 'Write at least one entry.' }
      if (issue.origin === 'string')
        return { message: `${who} is empty.`, hint: 'Write something, or leave the key out.' }
      return { message: `${who} is ${shown(value)}, which is too small.`, hint: `Write ${least}.` }
    }
    case 'too_big':
      return tooBig(who, value, issue)
    case 'invalid_format':
      return {
        message: `${who} cannot be ${shown(value)}.`,
        hint: FORMS[issue.format] ?? '',
      }
    case 'invalid_element':
    case 'not_multiple_of':
      return { message: `${who} is not valid: ${issue.message}.`, hint: '' }
  }
}

function tooBig(
  who: string,
  value: JsonValue | undefined,
  { maximum, inclusive }: Extract<Issue, { code: 'too_big' }>,
): Omit<Fault, 'place'> {
  return typeof value === 'string'
    ? { message: `${who} has ${value.length} characters.`, hint: `Write at most ${maximum} characters.` }
    : {
        message: `${who} is ${shown(value)}, which is too large.`,
        hint: `Write ${inclusive === false ? 'less than' : 'at most'} ${maximum}.`,
      }
}

/** What to write where a text has a form; zod names the forms. */
const FORMS: Readonly<Record<string, string>> = {
  starts_with: 'Write a path that begins with a slash, such as /readyz.',
  email: 'Write an e-mail address, such as team@example.org.',
  url: 'Write a URL, such as https://example.org.',
}

const KINDS: Readonly<Record<string, readonly [string, string]>> = {
  object: ['a mapping of keys to values', ''],
  record: ['a mapping of keys to values', ''],
  array: ['a list', 'Begin each entry with a hyphen, or write the list in brackets.'],
  string: ['text', ''],
  number: ['a number', 'Write it without quotes and without a unit.'],
  int: ['a whole number', 'Write a whole number, such as 10.'],
}

/** Of the branches of a union, the one that fits the shape of what was written; its faults are the helpful ones. */
function bestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const strangeness = (issues: readonly Issue[]): number => {
    if (issues.some(({ path, code }) => path.length === 0 && code === 'invalid_type')) return 2
    return issues.some(({ path, code }) => path.length === 0 && code === 'invalid_value') ? 1 : 0
  }
  return branches.toSorted((left, right) => strangeness(left) - strangeness(right))[0] ?? []
}

function hintOf(issue: Issue): string {
  if (issue.code === 'custom') return typeof issue.params?.['hint'] === 'string' ? issue.params['hint'] : ''
  if (issue.code === 'invalid_value') return writeOneOf(issue.values.map(String))
  if (issue.code === 'invalid_union') return writeOneOf(optionsOf(issue))
  return issue.code === 'invalid_type' ? (KINDS[issue.expected]?.[1] ?? '') : ''
}

/** What the key that tells the branches apart may say; empty for a union of another sort. */
const optionsOf = (issue: Extract<Issue, { code: 'invalid_union' }>): readonly string[] =>
  'options' in issue ? (issue.options ?? []).map(String) : []

const writeOneOf = (words: readonly string[]): string =>
  words.length === 0 ? '' : `Write ${words.join(' or ')}.`

/** What a sentence calls the value there. */
function subject(path: Path): string {
  const last = path.at(-1)
  if (last === undefined) return 'the document'
  if (typeof last === 'string') return `"${cut(last)}"`
  return `entry ${last + 1} of ${subject(path.slice(0, -1))}`
}

function shown(value: JsonValue | undefined): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return typeof value === 'string' ? `"${cut(value)}"` : String(value)
}

/** A message stays one line. */
const MAX_SHOWN_LENGTH = 40

const cut = (text: string): string =>
  text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
