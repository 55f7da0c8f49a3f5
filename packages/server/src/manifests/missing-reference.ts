/** Says that a name refers to nothing, and which one was likely meant. */
import type { Fault } from '../errors/index.ts'
import { nearest } from '@holdfast/core/units'
import type { Locate, Path } from './text/path.ts'

/** More names than these are better listed by a command than in a hint. */
const MAX_NAMES_SHOWN = 8

export interface Reference {
  /** Of what kind the name is, such as "part". */
  readonly what: string
  readonly name: string
  readonly among: readonly string[]
  readonly path: Path
}

/** Empty when the name is among those that there are. */
export function missingReference({ what, name, among, path }: Reference, locate: Locate): readonly Fault[] {
  if (among.includes(name)) return []
  return [
    { message: `There is no ${what} "${name}".`, hint: hintFor(what, name, among), place: locate(path) },
  ]
}

function hintFor(what: string, name: string, among: readonly string[]): string {
  const meant = nearest(name, among)
  if (meant !== null) return `Did you mean "${meant}"?`
  if (among.length === 0 || among.length > MAX_NAMES_SHOWN)
    return `Apply the ${what} first, or in the same command.`
  return `There is ${among.join(', ')}.`
}
