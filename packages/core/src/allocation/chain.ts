/**
 * Waits along a chain of parts: what leaves one is what comes to the next.
 *
 * Where occupancies are constant, an operation waits in all parts together as long as it would at one alone, the one
 * where that is longest (H. D. Friedman, "Reduction methods for tandem queueing systems", Operations Research 13,
 * 1965, for one server each). The waits it would have alone come from the same arrivals and are alike: a part with
 * fewer servers and less room holds up all that another one would. How alike they are otherwise is fitted to
 * simulations.
 *
 * Where occupancies vary, order is lost and waits add up, each for arrivals as even as what leaves the part before
 * (W. Whitt, "The queueing network analyzer", Bell System Technical Journal 62, 1983; with exponential occupancies
 * they are Poisson again, by Burke 1956).
 */
import { addMasses, cumulated, POINTS, stretched, nothing, type Points } from './masses.ts'
import type { WaitTails } from './own-lines.ts'
import { capacityOf, type LoadedPart } from './stations.ts'

/** A part that operations visit, with the tails of its wait if operations came independently of each other. */
export interface Link {
  readonly part: LoadedPart
  /** Share of its time that it is busy. */
  readonly use: number
  /** Of its wait, in one line. */
  readonly meanSeconds: number
  readonly tails: WaitTails
  /** These are of all its visits together, and of arrivals as even as they are. */
  readonly isRepeated: boolean
}

/** How much the squared variation of occupancies mixes up the order in which operations leave. */
const OUT_OF_STEP = 3

/** How quickly waits grow unlike: with more servers, more room, and less use than the other part has. */
const UNLIKE_BY_SERVERS = 0.56
const UNLIKE_BY_ROOM = 0.7
const UNLIKE_BY_USE = 1.9
const UNLIKE_BY_TURNS = 0.3

/** How much of the evenness of what comes a part feels; fitted to simulations. */
const FELT = 0.37
const FELT_BY_ROOM = 1.5

/** However even arrivals are, something is left; what is less changes nothing that anyone could measure. */
const LEAST_LEFT = 1e-3

const NEARLY_ALL = 0.97

/** From here on nothing gets out of step. */
const IN_STEP = 0.98

/** What is less in step than that is not in step at all. */
const LEAST_STEP = 0.02

/** 1 where all occupancies are the same, so that operations leave in the order in which they came. */
export const inStepWith = (part: LoadedPart): number =>
  Math.exp(-OUT_OF_STEP * part.stations.occupancyVariation * Math.sqrt(serversOf(part)))

/** Parts one behind the other that all keep the order, and wait together. */
interface Run {
  readonly links: Link[]
  /** One less the squared variation of the times between what comes. */
  readonly evenness: number
}

/** The waits at all parts, as masses of times that add up; in the order in which an operation visits the parts. */
export function waitsAlong(links: readonly Link[]): readonly Points[] {
  const closed: Points[] = []
  const before: Link[] = []
  let within: Points | null = null
  for (const run of runsOf(links)) {
    const evenly = together(
      run.evenness === 0 ? run.links : run.links.map((link) => evened(link, run.evenness)),
    )
    const [last, next] = [before.at(-1), run.links[0]]
    const step = last === undefined || next === undefined ? 0 : stepOf(last, next)
    if (within !== null && step >= LEAST_STEP) {
      const most = Math.max(...before.flatMap((one) => run.links.map((other) => alikeness(one, other))))
      within = mixed(longest(within, together(run.links), most), added(within, evenly), step)
    } else {
      if (within !== null) closed.push(differences(within))
      within = evenly
      before.length = 0
    }
    before.push(...run.links)
  }
  return within === null ? closed : [...closed, differences(within)]
}

function runsOf(links: readonly Link[]): readonly Run[] {
  const runs: Run[] = []
  let evenness = 0
  for (const link of links) {
    const run = runs.at(-1)
    const last = run?.links.at(-1)
    if (run !== undefined && last !== undefined && stepOf(last, link) > IN_STEP) run.links.push(link)
    else runs.push({ links: [link], evenness })
    evenness = evennessAfter(link, evenness)
  }
  return runs
}

/** The share that has waited no longer than each point in all parts of a run. */
function together(links: readonly Link[]): Points {
  // Where most is waited says most about the others.
  const [first, ...others] =
    links.length === 1 ? links : links.toSorted((a, b) => b.meanSeconds - a.meanSeconds)
  if (first === undefined) return nothing().fill(1)
  const before = [first]
  let within = withinOf(first.tails)
  for (const link of others) {
    const most = Math.max(...before.map((other) => alikeness(other, link)))
    within = longest(within, withinOf(link.tails), most)
    before.push(link)
  }
  return within
}

/** Of two waits the longer one counts. */
function longest(one: Points, other: Points, alike: number): Points {
  const within = nothing()
  const unlike = 1 - alike
  for (let i = 0; i < POINTS; i++) {
    const [first, second] = [one[i] ?? 0, other[i] ?? 0]
    const less = first < second ? first : second
    const more = first < second ? second : first
    // Near one a power is a straight line, which takes less time.
    within[i] = less * (more > NEARLY_ALL ? 1 - unlike * (1 - more) : more ** unlike)
  }
  return within
}

const added = (one: Points, other: Points): Points =>
  cumulated(addMasses(differences(one), differences(other)))

function mixed(one: Points, other: Points, share: number): Points {
  const within = nothing()
  for (let i = 0; i < POINTS; i++) within[i] = share * (one[i] ?? 0) + (1 - share) * (other[i] ?? 0)
  return within
}

const stepOf = (one: Link, other: Link): number => inStepWith(one.part) * inStepWith(other.part)

/** 1 where who waits at one part would wait at the other too, in the other's place. */
const alikeness = (one: Link, other: Link): number => Math.max(covers(one, other), covers(other, one))

/** How much of the other's waiting falls on whom this one would hold up anyway. */
function covers(one: Link, other: Link): number {
  const [servers, others] = [serversOf(one.part), serversOf(other.part)]
  // Where its servers take turns evenly with the other's, nobody comes to these sooner than it lets pass.
  const uneven = others % servers === 0 ? 1 : one.use ** UNLIKE_BY_TURNS
  return (
    uneven *
    Math.min(1, others / servers) ** UNLIKE_BY_SERVERS *
    Math.min(1, (1 - other.use) / (1 - one.use)) ** UNLIKE_BY_ROOM *
    Math.min(1, one.use / other.use) ** UNLIKE_BY_USE
  )
}

/** One less the squared variation of the times between what leaves, from that of what comes. */
export function evennessAfter({ part, use }: Link, before: number): number {
  const { occupancyVariation } = part.stations
  const servers = serversOf(part)
  // Many servers make even what one would, but hardly make bursts.
  const own = (1 - occupancyVariation) / (occupancyVariation > 1 ? servers : Math.sqrt(servers))
  return (1 - use ** 2) * before + use ** 2 * own
}

/** Even arrivals wait less, by the ratio of variations; of a part that is nearly full as often, but shorter. */
function evened(link: Link, evenness: number): Link {
  const { part, use, tails } = link
  if (evenness === 0 || link.isRepeated) return link
  // A full part sees more of what comes than its next neighbours: over long times that varies as what enters does.
  const felt = FELT + FELT_BY_ROOM * (1 - use)
  const left = Math.max(LEAST_LEFT, 1 - (evenness * felt) / (1 + part.stations.occupancyVariation))
  const often = left ** (1 - use)
  const longer = left / often
  const shorter = stretched(tails, longer)
  for (let i = 0; i < POINTS; i++) shorter[i] = Math.min(1, often * (shorter[i] ?? 0))
  return { ...link, tails: shorter }
}

function withinOf(tails: WaitTails): Points {
  const within = nothing()
  for (let i = 0; i < POINTS; i++) within[i] = 1 - (tails[i] ?? 0)
  return within
}

function differences(within: Points): Points {
  const masses = nothing()
  for (let i = 0; i < POINTS; i++) masses[i] = (within[i] ?? 0) - (i === 0 ? 0 : (within[i - 1] ?? 0))
  return masses
}

const serversOf = ({ instances, stations }: LoadedPart): number => instances * stations.perInstance

/** Share of its time that a part is busy at a rate of the service. */
export const useOf = ({ instances, stations, visits }: LoadedPart, rate: number): number =>
  (rate * visits) / (instances * capacityOf(stations))
