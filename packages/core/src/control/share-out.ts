/**
 * Shares out what the platform runs at most (A3.23). First every service is decided as if there were enough,
 * work that can wait after the others. Only where that is more than there is are the wants weighed against each
 * other, and those decided again that get less. All plans together stay within the capacity.
 */
import { compete, type Allotment } from '../allocation/index.ts'
import type { ServiceName } from '../units/index.ts'
import { perHour } from './adjust.ts'
import type { DecideInput } from './decide.ts'
import type { Reason } from './plan.ts'
import { plainBid, slotsOf, type Bid, type Share } from './share.ts'
import type { TickDecision } from './tick.ts'

interface Decided {
  readonly decision: TickDecision
  readonly bid: Bid
}

type Decide = (input: DecideInput) => Decided

export function shareOut(
  inputs: readonly DecideInput[],
  capacity: number,
  decide: Decide,
): readonly TickDecision[] {
  const all = asIfEnough(inputs, capacity, decide)
  const total = all.reduce((sum, one) => sum + lengthAfter(one), 0)
  if (total <= capacity) return all.map(({ decision }) => decision)
  const allotments = compete(
    all.map(({ decision: { input }, bid }) => ({ ...bidOf(input, bid), ...identity(input) })),
    capacity,
  )
  let spare = capacity - allotments.reduce((sum, { instances }) => sum + instances, 0)
  return all.map((one, i) => {
    const allotment = allotments[i]
    if (allotment === undefined) return one.decision
    const { input } = one.decision
    // What is left over lets instances of a new revision start beside the old ones.
    const extra = Math.min(spare, Math.max(0, lengthAfter(one) - allotment.instances))
    spare -= extra
    const share: Share = {
      capacity,
      atMost: allotment.instances + extra,
      reasons: reasonsFor(allotment, allotments, capacity),
      slots: input.share?.slots ?? [],
    }
    return isAdvised(input) ? one.decision : decide({ ...input, share }).decision
  })
}

/** Those that work to a deadline see what is left by all others, the nearest deadline first. */
function asIfEnough(inputs: readonly DecideInput[], capacity: number, decide: Decide): readonly Decided[] {
  const decided = new Map<DecideInput, Decided>()
  for (const input of inputs) if (input.service.batch === null) decided.set(input, decide(input))
  const others = [...decided].map(([input, { bid }]) => ({ input, bid, now: bidOf(input, bid).wants }))
  const batch = inputs.filter(({ service }) => service.batch !== null)
  let taken = 0
  for (const input of batch.toSorted(byDeadline)) {
    const slots = slotsOf(others, taken, input.now)
    const one = decide({ ...input, share: { capacity, atMost: null, reasons: [], slots } })
    decided.set(input, one)
    taken += bidOf(input, one.bid).wants
  }
  return inputs.flatMap((input) => decided.get(input) ?? [])
}

function byDeadline(a: DecideInput, b: DecideInput): number {
  const [first, second] = [a.service.batch?.deadline ?? 0, b.service.batch?.deadline ?? 0]
  return first - second || (a.service.name < b.service.name ? -1 : 1)
}

const isAdvised = ({ service }: DecideInput): boolean => service.mode === 'advise'

/** What is only advised keeps what it has, whatever would be good for it. */
const bidOf = (input: DecideInput, bid: Bid): Bid =>
  isAdvised(input) ? plainBid(input.desired.length, input.desired.length) : bid

const identity = ({ service, desired }: DecideInput): { service: ServiceName; has: number } => ({
  service: service.name,
  has: desired.length,
})

const lengthAfter = ({ decision: { plan, input } }: Decided): number =>
  (plan?.desired ?? input.desired).length

/** So many names tell enough of who is on the other side. */
const NAMED = 3

function reasonsFor(mine: Allotment, all: readonly Allotment[], capacity: number): readonly Reason[] {
  const wanted = all.reduce((sum, { wants }) => sum + wants, 0)
  if (wanted <= capacity) return []
  const short = `Instances are short: ${wanted} are wanted and ${capacity} can run.`
  const others = all.filter((one) => one !== mine && one.wants > 0)
  const missing = mine.wants - mine.instances
  if (missing > 0) {
    const keepers = others.filter(({ instances }) => instances > 0)
    const to = named(keepers.toSorted((a, b) => b.nextLoss - a.nextLoss))
    const why = `here ${perHour(mine.lastLoss)} is lost with the last that went, there ${perHour(Math.max(0, ...keepers.map(({ nextLoss }) => nextLoss)))} with the next`
    return [
      {
        code: 'yielded',
        part: null,
        says: `${short} ${missing} of ${mine.wants} ${missing === 1 ? 'yields' : 'yield'} to ${to}: ${why}.`,
      },
    ]
  }
  const yielding = others.filter(({ wants, instances }) => instances < wants)
  if (mine.wants === 0 || yielding.length === 0) return []
  const by = named(yielding.toSorted((a, b) => b.wants - b.instances - a.wants + a.instances))
  return [
    {
      code: 'given-way',
      part: null,
      says: `${short} ${by} ${yielding.length === 1 ? 'yields' : 'yield'}; here ${perHour(mine.nextLoss)} would be lost with the next.`,
    },
  ]
}

function named(all: readonly Allotment[]): string {
  const names = all.slice(0, NAMED).map(({ service }) => service)
  const more = all.length - names.length
  if (names.length === 0) return 'nobody'
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(' and ')
}
