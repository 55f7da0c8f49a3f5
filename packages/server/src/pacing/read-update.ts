/**
 * Reads updates as clients send them, and says of each fault where it is. Written by hand, as there may be a million in a
 * second; what it takes is described for people and programs in http/schemas/pacing.ts.
 */
import { isOf, type ParameterValue, type Report, type Watch } from '@holdfast/core/pacing'
import { fail, nearest, ok, type Result } from '@holdfast/core/units'
import type { Fault } from '../errors/index.ts'

interface Given {
  readonly client: string
  /** As an answer gave it. */
  readonly token?: string
}

export interface Update {
  readonly client: string
  readonly token: string | undefined
  readonly report: Report
}

export const MOST_UPDATES = 1_000
const MOST_TEXT = 256
const MOST_ITEMS = 64
/** Of faults more help nobody. */
const MOST_FAULTS = 20
const MOST_TOKEN = 512
const MOST_CHANGES = 1_000_000
const MOST_AGO_MS = 366 * 86_400_000

const CLIENT = /^[\u0021-\u007e]{1,128}$/
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/

interface Reading {
  readonly watch: Watch
  readonly faults: Fault[]
}
type Check = (given: unknown, at: string, reading: Reading) => void

/** For each key that an update may have. */
const CHECKS: Readonly<Record<string, Check>> = {
  client: must(isName(CLIENT), 'It names no client.', 'Write 1 to 128 visible ASCII characters.'),
  parameters: checkParameters,
  class: must(isName(NAME), 'It is no name of a class.', 'Write up to 64 letters, digits, dots and hyphens.'),
  features: checkFeatures,
  changes: must(isCount(MOST_CHANGES), 'It is no count of changes.', 'Write a whole number from 0 on.'),
  lastChangeAgoMs: must(isCount(MOST_AGO_MS), 'It is no time.', 'Write whole milliseconds from 0 on.'),
  sendsEarly: must((given) => typeof given === 'boolean', 'It is no flag.', 'Write true or false.'),
  token: must(
    isTextOf(MOST_TOKEN),
    'It is no token.',
    'Give back what the last answer gave, or leave it out.',
  ),
}
const KEYS = Object.keys(CHECKS)
const NEEDED = ['client', 'parameters'] as const

/** One update, or a batch of them, which is taken whole or not at all. */
export function readUpdates(
  body: unknown,
  watch: Watch,
): Result<{ readonly isBatch: boolean; readonly updates: readonly Update[] }, readonly Fault[]> {
  const reading: Reading = { watch, faults: [] }
  const { faults } = reading
  if (!isObject(body))
    return fail([faultAt('', 'It is no JSON object.', 'Send an update, or {"updates": […]}.')])
  if (!('updates' in body)) {
    const update = readUpdate(body, '', reading)
    return update === null ? fail(faults) : ok({ isBatch: false, updates: [update] })
  }
  const list = body['updates']
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_UPDATES)
    return fail([
      faultAt('/updates', `It is no list of 1 to ${MOST_UPDATES} updates.`, 'Send more in several batches.'),
    ])
  const updates: Update[] = []
  for (const [index, one] of list.entries()) {
    const update = readUpdate(one, `/updates/${index}`, reading)
    if (update !== null) updates.push(update)
    if (faults.length >= MOST_FAULTS) break
  }
  for (const key of Object.keys(body)) if (key !== 'updates') faults.push(unknownKey('', key, ['updates']))
  return faults.length > 0 ? fail(faults) : ok({ isBatch: true, updates })
}

function readUpdate(given: unknown, at: string, reading: Reading): Update | null {
  const { faults } = reading
  const before = faults.length
  if (!isObject(given)) {
    faults.push(faultAt(at, 'It is no JSON object.', ''))
    return null
  }
  for (const key of Object.keys(given)) {
    const check = Object.hasOwn(CHECKS, key) ? CHECKS[key] : undefined
    if (check === undefined) faults.push(unknownKey(at, key, KEYS))
    else check(given[key], `${at}/${key}`, reading)
  }
  for (const key of NEEDED)
    if (!(key in given)) faults.push(faultAt(`${at}/${key}`, `The ${key} is missing.`, `Write "${key}".`))
  // Every key was checked: it has the report's shape.
  if (faults.length > before) return null
  const { client, token } = given as unknown as Given
  return { client, token, report: given as unknown as Report }
}

function checkParameters(given: unknown, at: string, { watch: { parameters }, faults }: Reading): void {
  if (!isObject(given)) {
    faults.push(
      faultAt(
        at,
        'The parameters are no JSON object.',
        'Write what the client reports, such as {"rtt": 40}.',
      ),
    )
    return
  }
  for (const name of Object.keys(given)) {
    const known = parameters.find((one) => one.name === name)
    const value = given[name]
    if (known === undefined)
      faults.push(
        unknownKey(
          at,
          name,
          parameters.map((one) => one.name),
        ),
      )
    else if (!isBounded(value) || !isOf(known.type, value))
      faults.push(faultAt(`${at}/${name}`, `It is no ${known.type}.`, FORMS[known.type]))
  }
}

const FORMS = {
  number: 'Write a finite number.',
  text: `Write a text of at most ${MOST_TEXT} characters.`,
  flag: 'Write true or false.',
  set: `Write a list of at most ${MOST_ITEMS} texts.`,
} as const

function isBounded(value: unknown): value is ParameterValue {
  if (typeof value === 'string') return value.length <= MOST_TEXT
  if (Array.isArray(value)) return value.length <= MOST_ITEMS && value.every(isTextOf(MOST_TEXT))
  return typeof value === 'number' || typeof value === 'boolean'
}

function checkFeatures(given: unknown, at: string, { watch: { features }, faults }: Reading): void {
  if (!isObject(given)) {
    faults.push(faultAt(at, 'The features are no JSON object.', 'Write such as {"device": "phone"}.'))
    return
  }
  for (const name of Object.keys(given)) {
    if (!features.includes(name)) faults.push(unknownKey(at, name, features))
    else if (!isTextOf(MOST_TEXT)(given[name]))
      faults.push(faultAt(`${at}/${name}`, 'It is no text.', FORMS.text))
  }
}

function must(isRight: (given: unknown) => boolean, message: string, hint: string): Check {
  return (given, at, { faults }) => {
    if (!isRight(given)) faults.push(faultAt(at, message, hint))
  }
}

const isObject = (given: unknown): given is Readonly<Record<string, unknown>> =>
  typeof given === 'object' && given !== null && !Array.isArray(given)

function isTextOf(most: number): (given: unknown) => boolean {
  return (given) => typeof given === 'string' && given.length <= most
}

function isName(form: RegExp): (given: unknown) => boolean {
  return (given) => typeof given === 'string' && form.test(given)
}

function isCount(most: number): (given: unknown) => boolean {
  return (given) => Number.isInteger(given) && Number(given) >= 0 && Number(given) <= most
}

const faultAt = (pointer: string, message: string, hint: string): Fault => ({
  message,
  hint,
  place: { pointer: `/body${pointer}` },
})

function unknownKey(at: string, key: string, among: readonly string[]): Fault {
  const meant = nearest(key, among)
  const there = among.length === 0 ? 'There are none.' : `There are ${among.join(', ')}.`
  return faultAt(
    `${at}/${key}`,
    `"${key}" is not known here.`,
    meant === null ? there : `Did you mean "${meant}"?`,
  )
}
