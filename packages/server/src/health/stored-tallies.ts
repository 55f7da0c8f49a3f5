/** Tallies as the store keeps them: JSON text that names its form, so that what another release wrote is left out. */
import { addTallies, noTally, tallyJson, tallyOf, type Tally, type TallyJson } from '@holdfast/core/health'

/** Of a service, its parts and its instances, by their names. */
export interface NamedTallies {
  readonly service: Tally
  readonly parts: ReadonlyMap<string, Tally>
  readonly instances: ReadonlyMap<string, Tally>
}

/** Raise it whenever the form of what is stored changes. */
const FORM = 1

interface Stored {
  readonly form: number
  readonly service: TallyJson
  readonly parts: Readonly<Record<string, TallyJson>>
  readonly instances: Readonly<Record<string, TallyJson>>
}

export const noTallies: NamedTallies = { service: noTally, parts: new Map(), instances: new Map() }

export function writeTallies({ service, parts, instances }: NamedTallies): string {
  const stored: Stored = {
    form: FORM,
    service: tallyJson(service),
    parts: Object.fromEntries([...parts].map(([name, tally]) => [name, tallyJson(tally)])),
    instances: Object.fromEntries([...instances].map(([name, tally]) => [name, tallyJson(tally)])),
  }
  return JSON.stringify(stored)
}

/** Null where another release wrote it in another form. */
export function readTallies(text: string): NamedTallies | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above and nowhere else
  const stored = JSON.parse(text) as Stored
  if (stored.form !== FORM) return null
  const all = (tallies: Stored['parts']): ReadonlyMap<string, Tally> =>
    new Map(Object.entries(tallies).map(([name, tally]) => [name, tallyOf(tally)]))
  return { service: tallyOf(stored.service), parts: all(stored.parts), instances: all(stored.instances) }
}

/** Instances come and go: beyond an hour only services and parts are kept. */
export const addLasting = (a: NamedTallies, b: NamedTallies): NamedTallies => {
  const parts = new Map(a.parts)
  for (const [name, tally] of b.parts) parts.set(name, addTallies(parts.get(name) ?? noTally, tally))
  return { service: addTallies(a.service, b.service), parts, instances: new Map() }
}
