/**
 * Profiles the parts of a service one after the other, those that are called before their callers, so that it is known
 * of all parts behind the one that is driven what they can do and how many of them it takes not to hold it up.
 */
import {
  characteristicsOf,
  callsOf,
  deepestFirst,
  visitsBehind,
  type PartProfile,
} from '@holdfast/core/profile'
import { seededRandom } from '@holdfast/core/stats'
import type { PartName } from '@holdfast/core/units'
import { ProblemError } from '../errors/index.ts'
import { createCrew } from './crew.ts'
import { profilePart, type BehindPart, type PartEvent } from './profile-part.ts'
import type { WantedRequest } from './requests.ts'
import { noSuchPart, scout } from './scout.ts'
import { createSender } from './send.ts'
import type { Subject } from './subject.ts'
import { openWorkshop } from './workshop.ts'

export interface ProfileOrder {
  readonly subject: Subject
  /** Only this part; null for all. */
  readonly part: string | null
  readonly requests: readonly WantedRequest[]
  /** For each part. */
  readonly budgetMs: number
  readonly signal: AbortSignal
  readonly tell: (event: ProfileEvent) => void
}

export type ProfileEvent =
  | { readonly kind: 'assembling'; readonly parts: number }
  | { readonly kind: 'profiling'; readonly part: PartName; readonly nth: number; readonly of: number }
  | { readonly kind: 'found'; readonly profile: PartProfile }
  | (PartEvent & { readonly part: PartName })

/** The same arrivals with each run: what differs between two runs is the program's. */
const SEED = 20_261_127

/** In the order of the manifest. Throws a ProblemError, or Interrupted when the signal is aborted. */
export async function profileService(order: ProfileOrder): Promise<readonly PartProfile[]> {
  const { subject, budgetMs, signal, tell } = order
  const wanted = partsToProfile(order)
  for (const { part } of order.requests)
    if (part !== null && !subject.parts.some(({ name }) => name === part))
      throw new ProblemError(noSuchPart(subject, part))
  const chain = deepestFirst(subject.parts)
  await using workshop = await openWorkshop(subject, signal)
  using sender = createSender()
  const crew = createCrew(subject, workshop)
  tell({ kind: 'assembling', parts: chain.length })
  await crew.assemble(chain)
  const samples = await scout({
    subject,
    workshop,
    crew,
    sender,
    wanted: order.requests,
    parts: wanted,
    signal,
  })
  const random = seededRandom(SEED)
  const found = new Map<PartName, PartProfile>()
  for (const [index, name] of wanted.entries()) {
    const part = subject.parts.find((one) => one.name === name)
    if (part === undefined) continue
    tell({ kind: 'profiling', part: name, nth: index + 1, of: wanted.length })
    const profile = await profilePart({
      part,
      crew,
      drive: { part: name, workshop, sender, requests: samples[name] ?? [], random, signal },
      behind: (calls) => behind(subject, found, name, calls),
      budgetMs,
      tell: (event) => tell({ ...event, part: name }),
    })
    found.set(name, profile)
    tell({ kind: 'found', profile })
    await crew.dismiss()
  }
  return subject.parts.flatMap(({ name }) => found.get(name) ?? [])
}

/** A single part takes those behind it along of which nothing is expected: how many it needs is not known otherwise. */
function partsToProfile({ subject, part }: ProfileOrder): readonly PartName[] {
  const order = deepestFirst(subject.parts)
  if (part === null) return order
  const named = subject.parts.find(({ name }) => name === part)
  if (named === undefined) throw new ProblemError(noSuchPart(subject, part))
  const reached = visitsBehind(subject.parts, named.name)
  return order.filter(
    (name) =>
      name === part ||
      (reached[name] !== undefined && subject.parts.find((one) => one.name === name)?.expected === null),
  )
}

function behind(
  subject: Subject,
  found: ReadonlyMap<PartName, PartProfile>,
  from: PartName,
  calls: Readonly<Record<PartName, number>>,
): readonly BehindPart[] {
  const parts = subject.parts.map((part) => {
    const profile = found.get(part.name)
    if (part.name === from)
      return { ...part, calls: part.calls.map(({ part, times }) => ({ part, times: calls[part] ?? times })) }
    return profile === undefined ? part : { ...part, calls: callsOf(profile) }
  })
  const visits = visitsBehind(parts, from)
  return subject.parts.flatMap(({ name, expected }) => {
    const profile = found.get(name)
    const known = profile === undefined ? expected : characteristicsOf(profile)
    const times = visits[name] ?? 0
    return times === 0 || known === null ? [] : [{ name, visits: times, capacityPerSecond: known.capacity }]
  })
}
