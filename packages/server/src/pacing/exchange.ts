/**
 * What servers that share a store tell each other of a watch's clients: what each learned by itself adds up, and the budget is
 * divided by what each takes. Nothing is lost when one is away: what it tells is a sum that grows.
 */
import {
  emptySnapshot,
  mergeSnapshots,
  newSince,
  type GroupSnapshot,
  type WatchEngine,
} from '@holdfast/core/pacing'

export interface Told {
  readonly keeper: string
  /** All that it learned by itself, since it began. */
  readonly group: GroupSnapshot
  /** Updates a second that it took of late. */
  readonly perSecond: number
  readonly at: number
}

/** Who was not heard for longer takes nothing any more. */
const SILENT_MS = 120_000
/** Nobody is left without a share: it may be asked for more at any time. */
const LEAST_SHARE = 0.02

export class Exchange {
  readonly #engine: WatchEngine
  readonly #read = new Map<string, GroupSnapshot>()
  #told: GroupSnapshot
  #since: GroupSnapshot
  #updates: number
  #at: number
  #perSecond = 0

  /** `others` is what the engine's model already knows of what they told. */
  constructor(engine: WatchEngine, now: number, before: { told?: GroupSnapshot; others: readonly Told[] }) {
    this.#engine = engine
    this.#told = before.told ?? emptySnapshot(engine.watch.firstGuessMs)
    this.#since = engine.model.snapshot()
    this.#updates = engine.statistics.totals.updates
    this.#at = now
    for (const { keeper, group } of before.others) this.#read.set(keeper, group)
  }

  get told(): Pick<Told, 'group' | 'perSecond'> {
    return { group: this.#told, perSecond: this.#perSecond }
  }

  /** Takes in what the others told by now, and what there is to tell them. */
  exchange(others: readonly Told[], now: number): void {
    const { model, statistics, budget } = this.#engine
    const learned = model.learnedSince(this.#since)
    this.#told = {
      ...mergeSnapshots(this.#told, learned),
      logDwell: learned.logDwell,
      dwells: learned.dwells,
    }
    for (const { keeper, group } of others) {
      const read = this.#read.get(keeper)
      model.absorb(read === undefined ? group : newSince(group, read))
      this.#read.set(keeper, group)
    }
    this.#since = model.snapshot()
    const { updates } = statistics.totals
    this.#perSecond = ((updates - this.#updates) * 1_000) / Math.max(1, now - this.#at)
    this.#updates = updates
    this.#at = now
    budget.share(shareOf(this.#perSecond, others, now))
  }
}

function shareOf(own: number, others: readonly Told[], now: number): number {
  const theirs = others.reduce((sum, { perSecond, at }) => sum + (now - at < SILENT_MS ? perSecond : 0), 0)
  return own + theirs > 0 ? Math.max(LEAST_SHARE, own / (own + theirs)) : 1
}
