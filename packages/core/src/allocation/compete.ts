/**
 * Shares out instances that are too few for all services (A3.23). What goes first is what loses least money:
 * remedies at stake, per instance. Among services that lose alike everyone keeps the same share of what they
 * need (max-min). Exactly as many yield as have to, and what is needed for nothing dear goes before what is.
 */
import type { ServiceName } from '../units/index.ts'

export interface Bidder {
  readonly service: ServiceName
  /** Instances that it would have if there were enough. */
  readonly wants: number
  /** What its owner says must always run; it yields these last. */
  readonly atLeast: number
  readonly has: number
  /** Micro-units an hour that are lost with so many instances instead of those wanted. */
  readonly lossAt: (instances: number) => number
}

export interface Allotment {
  readonly service: ServiceName
  readonly instances: number
  readonly wants: number
  /** What the next instance to go would lose, and what the last that went did, in micro-units an hour. */
  readonly nextLoss: number
  readonly lastLoss: number
}

/** What serves counts for more than what would have to be started, so that two that lose alike do not swap. */
const SERVING_WORTH = 1.5
/** Losses that differ by less than this factor are the same. */
const SAME_LOSS = 1.25
/** Losses in between are on straight lines: a curve is looked at in so many places. */
const LOOKED_AT = 16
/** Less is nothing: a millionth of a money unit an hour for each instance. */
const NOTHING = 1

export function compete(bidders: readonly Bidder[], capacity: number): readonly Allotment[] {
  const open = bidders.map((bidder) => ({ bidder, left: bidder.wants, steps: stepsOf(bidder), last: 0 }))
  const wanted = bidders.reduce((sum, { wants }) => sum + wants, 0)
  for (let excess = wanted - capacity; excess > 0; excess -= 1) {
    const yields = open.reduce<Standing | null>(
      (least, one) => (one.left > 0 && (least === null || goesBefore(one, least)) ? one : least),
      null,
    )
    if (yields === null) break
    yields.last = lossOf(yields)
    yields.left -= 1
  }
  return open.map((one) => ({
    service: one.bidder.service,
    instances: one.left,
    wants: one.bidder.wants,
    nextLoss: one.left === 0 ? 0 : lossOf(one),
    lastLoss: one.last,
  }))
}

interface Standing {
  readonly bidder: Bidder
  left: number
  /** What the instance that goes next loses, for each number that is left; rising as fewer are left. */
  readonly steps: readonly number[]
  last: number
}

const lossOf = ({ bidder, left, steps }: Standing): number => steps[bidder.wants - left] ?? 0

function goesBefore(a: Standing, b: Standing): boolean {
  const [first, second] = [rankOf(a), rankOf(b)]
  if (first !== second) return first < second
  // Who has the larger share of what is needed goes first; the names make it certain.
  const [mine, theirs] = [a.left * b.bidder.wants, b.left * a.bidder.wants]
  return mine === theirs ? a.bidder.service > b.bidder.service : mine > theirs
}

/** Losses in steps of what counts as the same; what must always run is beyond all of them. */
function rankOf(one: Standing): number {
  const { bidder, left } = one
  if (left <= bidder.atLeast) return Infinity
  const loss = lossOf(one) * (left <= bidder.has ? SERVING_WORTH : 1)
  return loss < NOTHING ? 0 : 1 + Math.round(Math.log(loss) / Math.log(SAME_LOSS))
}

/**
 * The loss of each instance that goes, the first to go first, made to rise: where the first loses much and the
 * next little (a promise that is broken anyway), each counts as their mean. That is the greatest convex curve
 * below the losses, found by merging neighbours that fall (pool adjacent violators).
 */
function stepsOf({ wants, atLeast, lossAt }: Bidder): readonly number[] {
  const most = Math.max(0, wants - atLeast)
  const stride = Math.max(1, Math.ceil(most / LOOKED_AT))
  const pools: { size: number; loss: number }[] = []
  let before = 0
  for (let gone = 0; gone < most;) {
    const size = Math.min(stride, most - gone)
    gone += size
    const after = Math.max(before, lossAt(wants - gone))
    let pool = { size, loss: after - before }
    before = after
    for (let last = pools.at(-1); last !== undefined && isFalling(last, pool); last = pools.at(-1)) {
      pools.pop()
      pool = { size: pool.size + last.size, loss: pool.loss + last.loss }
    }
    pools.push(pool)
  }
  return pools.flatMap(({ size, loss }) => Array.from({ length: size }, () => loss / size))
}

const isFalling = (
  a: { readonly size: number; readonly loss: number },
  b: { readonly size: number; readonly loss: number },
): boolean => a.loss * b.size > b.loss * a.size
