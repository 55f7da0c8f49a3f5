/**
 * A world with what is added up of it: lets time pass second by second, keeps the levels in force counted,
 * and takes down what is ordered. Whoever decides on instances, the figures come about in one way.
 */
import { inForce, termsAt, type Level, type Service } from '@holdfast/core/agreement'
import type { DesiredInstance, Standing } from '@holdfast/core/control'
import { addDuration, durationMs, type EpochMs, instanceIdOf, type PartName } from '@holdfast/core/units'
import { serviceAt, standingsAt } from './outside.ts'
import { createLevelTally, type LevelTally, type RunFigures } from './run-figures.ts'
import { SIMULATION_BEGINS, type RunInput } from './simulation-input.ts'
import type { CountedLevel } from './world/meters.ts'
import { World } from './world/world.ts'

const MS_PER_SECOND = 1_000

/** Schedules are written in whole minutes. */
const MS_PER_MINUTE = 60_000

/** What is there already when the figures begin to count. */
interface Before {
  readonly aliveMs: ReadonlyMap<PartName, number>
  readonly arrivals: number
  readonly completed: number
  readonly failed: number
}

const nothingBefore: Before = { aliveMs: new Map(), arrivals: 0, completed: 0, failed: 0 }

export class WorldRun {
  readonly world: World
  readonly #input: RunInput
  readonly #figuresFrom: number
  readonly #tallies = new Map<Level, LevelTally>()
  /** What levels had counted at the end of the last second. */
  readonly #known = new WeakMap<CountedLevel, { readonly met: number; readonly missed: number }>()
  #before = nothingBefore
  #desired: readonly DesiredInstance[]
  #counts = ''
  #scalings = 0
  #started = 0
  #stopped = 0

  constructor(input: RunInput, { samplesUse }: { readonly samplesUse: boolean }) {
    const { faults = [], figuresFrom = 0 } = input
    this.#input = input
    this.#figuresFrom = figuresFrom
    this.world = new World({ ...input, faults, samplesUse })
    const initial = this.initial()
    this.world.begin(initial)
    this.#desired = initial
    this.#counts = countsText(initial)
  }

  get begins(): EpochMs {
    return this.#input.begins ?? SIMULATION_BEGINS
  }

  /** The service as its owner has it by now. */
  get service(): Service {
    const { service, faults = [] } = this.#input
    return serviceAt(service, faults, this.world.now)
  }

  /** How the services fare that it depends on. */
  get dependencies(): readonly Standing[] {
    return standingsAt(this.#input.faults ?? [], this.world.now, this.begins)
  }

  /** The instances that the run begins with. */
  initial(): readonly DesiredInstance[] {
    const { service, initial = {} } = this.#input
    return service.parts.flatMap(({ name, instanceType, revision }) =>
      Array.from({ length: initial[name] ?? 0 }, (_, i) => {
        const id = instanceIdOf(service.name, name, 0, i + 1)
        return { id, part: name, instanceType, revision }
      }),
    )
  }

  /** Lets everything happen that is due before `until`. */
  advance(until: number): void {
    for (;;) {
      const { now } = this.world
      if (now === 0 || (this.begins + now) % MS_PER_MINUTE === 0) this.#countLevelsInForce()
      if (now >= until) return
      const second = Math.floor(now / MS_PER_SECOND)
      this.world.runUntil(Math.min(until, (second + 1) * MS_PER_SECOND))
      if (this.world.now % MS_PER_SECOND === 0) this.#endSecond(second)
    }
  }

  carryOut(desired: readonly DesiredInstance[]): void {
    if (isSame(desired, this.#desired)) return
    const ordered = new Set(desired.map(({ id }) => id))
    const before = new Set(this.#desired.map(({ id }) => id))
    const counts = countsText(desired)
    if (this.world.now >= this.#figuresFrom) {
      if (counts !== this.#counts) this.#scalings += 1
      this.#started += ordered.difference(before).size
      this.#stopped += before.difference(ordered).size
    }
    this.#desired = desired
    this.#counts = counts
    this.world.carryOut(desired)
  }

  figures(): RunFigures {
    const { arrivals, completed, failed } = this.world.totals
    const before = this.#before
    return {
      levels: [...this.#tallies.values()].map((tally) => tally.figures()),
      instanceMs: Object.fromEntries(
        this.#input.service.parts.map(({ name }) => [
          name,
          this.world.aliveMs(name) - (before.aliveMs.get(name) ?? 0),
        ]),
      ),
      scalings: this.#scalings,
      started: this.#started,
      stopped: this.#stopped,
      arrivals: arrivals - before.arrivals,
      completed: completed - before.completed,
      failed: failed - before.failed,
    }
  }

  #countLevelsInForce(): void {
    const now = addDuration(this.begins, durationMs(this.world.now))
    const agreements = inForce(this.#input.agreements, now)
    this.world.countLevels(agreements.flatMap((agreement) => termsAt(agreement, now).levels))
  }

  #endSecond(second: number): void {
    const isBefore = (second + 1) * MS_PER_SECOND <= this.#figuresFrom
    for (const counted of this.world.meter.levels) {
      const { level, met, missed } = counted
      const tally = this.#tallies.get(level) ?? createLevelTally(level, this.begins)
      this.#tallies.set(level, tally)
      const known = this.#known.get(counted) ?? { met: 0, missed: 0 }
      this.#known.set(counted, { met, missed })
      if (!isBefore) tally.addSecond(second, met - known.met, missed - known.missed)
    }
    if (isBefore) this.#forgetBefore()
  }

  #forgetBefore(): void {
    const aliveMs = this.#input.service.parts.map(({ name }) => [name, this.world.aliveMs(name)] as const)
    this.#before = { aliveMs: new Map(aliveMs), ...this.world.totals }
  }
}

const isSame = (some: readonly DesiredInstance[], others: readonly DesiredInstance[]): boolean =>
  some.length === others.length && some.every((one, i) => one === others[i])

function countsText(desired: readonly DesiredInstance[]): string {
  const counts: Record<PartName, number> = {}
  for (const { part } of desired) counts[part] = (counts[part] ?? 0) + 1
  return JSON.stringify(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
