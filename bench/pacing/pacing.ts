/**
 * How few updates keep the server's copies as fresh as a fixed interval does: for populations of known laws and for
 * recorded clients, beside the rules of today and a policy that is told the law. And whether a budget holds, a herd is
 * spread, and the load is known before. Policies see whether something changed since the last update, and nothing else.
 */
import { tracesFolder } from '@holdfast/simulator'
import { atMost, CannotRun, rounded, type Bench, type BenchOptions, type Claim } from '../bench.ts'
import { Curve, type Measure } from './equal-staleness.ts'
import { runEventDriven } from './event-driven.ts'
import { runBudget, runHerd } from './fleet.ts'
import { fixed, knownLaw, oursBound, oursPrice, peers } from './policies.ts'
import { population, type PopulationName } from './populations.ts'
import { atAnyTime, recordedWorlds, type RecordedWorld } from './traces.ts'
import type { World } from './world.ts'

export const pacing: Bench = {
  name: 'pacing',
  says: 'how many updates keep copies as fresh as a fixed interval does, beside other rules; budget, herd, forecast',
  run: runPacing,
}

interface Row {
  readonly measure: Measure
  readonly stale: number
  readonly goal: number
}

/** What is wanted of each client is asked for as a bound, what is wanted of all together by a price. */
const ROWS: Readonly<Record<PopulationName, readonly Row[]>> = {
  seed: [{ measure: 'worst', stale: 0.1, goal: 0.3 }],
  regular: [{ measure: 'worst', stale: 0.1, goal: 0.13 }],
  'log-normal': [
    { measure: 'worst', stale: 0.1, goal: 0.29 },
    { measure: 'p95', stale: 0.1, goal: 0.33 },
    { measure: 'mean', stale: 0.1, goal: 0.73 },
  ],
  bursty: [
    { measure: 'mean', stale: 0.05, goal: 0.38 },
    { measure: 'mean', stale: 0.1, goal: 0.7 },
  ],
  diurnal: [
    { measure: 'p95', stale: 0.1, goal: 0.46 },
    { measure: 'mean', stale: 0.1, goal: 0.82 },
  ],
  mixed: [
    { measure: 'worst', stale: 0.1, goal: 0.35 },
    { measure: 'mean', stale: 0.1, goal: 0.76 },
  ],
}
const NAMES = ['seed', 'regular', 'log-normal', 'bursty', 'diurnal', 'mixed'] as const

const WORDS: Readonly<Record<Measure, string>> = {
  mean: 'all together',
  worst: 'the worst class',
  p95: 'the client at the 95th percentile',
}

const NO_WORSE = 1.05

const SEED = 1
/** What was promised is measured on other clients of the same laws too. */
const MORE_SEEDS = [2, 3]
const SIZES = { full: { clients: 402, hours: 24 }, quick: { clients: 48, hours: 8 } }
/** Of what repeats by the day, three days are needed. */
const DIURNAL_HOURS = { full: 72, quick: 30 }

async function runPacing({ quick, say, note }: BenchOptions): Promise<readonly Claim[]> {
  const size = quick ? 'quick' : 'full'
  const claims: Claim[] = []
  const promises: Kept[] = []
  const worlds: World[] = []
  for (const name of NAMES) {
    say(`clients: ${name}`)
    const hours = name === 'diurnal' ? DIURNAL_HOURS[size] : SIZES[size].hours
    const world = population(name, { ...SIZES[size], hours }, SEED)
    const { rows, kept } = compare(world, ROWS[name])
    claims.push(...rows)
    promises.push(kept)
    worlds.push(world)
    for (const seed of MORE_SEEDS) promises.push(keptIn(population(name, { ...SIZES[size], hours }, seed)))
  }
  claims.push(...recorded({ quick, say, note }))
  claims.push(neverWorse(claims), ...calibration(promises), ...eventDrivenClaims(worlds), ...fleetClaims())
  const { clients, hours } = SIZES[size]
  note(
    `Made clients: ${clients} for ${hours} h, diurnal ones for ${DIURNAL_HOURS[size]} h, from their first contact on.`,
  )
  note(
    'Peers are the ratio of updates to the fixed interval of the same staleness; known law: with each client’s law and rate.',
  )
  return claims
}

function compare(
  world: World,
  rows: readonly Row[],
): { readonly rows: readonly Claim[]; readonly kept: Kept } {
  const base = new Curve(fixed, world)
  const bound = new Curve(oursBound, world)
  const price = new Curve(oursPrice, world)
  const known = { bound: new Curve(knownLaw('bound'), world), price: new Curve(knownLaw('price'), world) }
  const others = peers.map((peer) => ({ name: peer.name, curve: new Curve(peer, world) }))
  const claims = rows.map(({ measure, stale, goal }): Claim => {
    const mode = measure === 'mean' ? 'price' : 'bound'
    const fixedUpdates = base.updatesAt(measure, stale)
    const ratioOf = (curve: Curve): number | null => {
      const updates = curve.updatesAt(measure, stale)
      return updates === null || fixedUpdates === null ? null : rounded(updates / fixedUpdates)
    }
    const ours = ratioOf(mode === 'bound' ? bound : price) ?? Infinity
    const law = ratioOf(known[mode])
    const beside = others.map(({ name, curve }) => [name, ratioOf(curve)] as const)
    return {
      claim: `${world.name}: updates at which ${WORDS[measure]} is wrong ${100 * stale} % of the time`,
      unit: 'of fixed',
      ours,
      peers: Object.fromEntries([
        ...beside.flatMap(([name, ratio]) => (ratio === null ? [] : [[name, ratio]])),
        ...(law === null ? [] : [['known law', law]]),
        ['omniscient', rounded(omniscient(world) / (fixedUpdates ?? Infinity))],
      ]),
      bound: null,
      ...atMost(goal, ours),
    }
  })
  return { rows: claims, kept: keptIn(world, bound) }
}

/** Staleness over what was promised of each client. */
interface Kept extends Readonly<Record<Measure, number>> {
  /** Whether the law of no client changes. */
  readonly steady: boolean
}

function keptIn(world: World, bound: Curve = new Curve(oursBound, world)): Kept {
  const asked = bound.at(oursBound.knob)
  const ratio = (measure: Measure): number => (asked?.[measure] ?? Infinity) / oursBound.knob
  const steady = world.clients.every(({ made }) => made?.law !== null)
  return { steady, mean: ratio('mean'), worst: ratio('worst'), p95: ratio('p95') }
}

/** An update for each change, and nothing is ever wrong. */
function omniscient({ clients }: World): number {
  const hours = clients.reduce((sum, { from, to }) => sum + (to - from) / 3_600_000, 0)
  return clients.reduce((sum, { changes }) => sum + changes, 0) / hours
}

const QUICK_RECORDED = 4
/** Of clients that report at any time. */
const LEAST_MS = 100

function recorded({ quick, say, note }: BenchOptions): readonly Claim[] {
  const folder = tracesFolder(process.env)
  if (folder === null) {
    note('No recorded clients: HOLDFAST_TRACES names no folder with pacing/manifest.json.')
    return []
  }
  let worlds: readonly RecordedWorld[]
  try {
    worlds = recordedWorlds(folder, quick ? QUICK_RECORDED : Infinity)
  } catch (error) {
    throw new CannotRun(
      `${folder}/pacing: ${error instanceof Error ? error.message : String(error)} Correct the manifest or unset HOLDFAST_TRACES.`,
    )
  }
  if (quick) note(`Only the first ${QUICK_RECORDED} clients of each record.`)
  note(
    'Recorded clients come one after another; an update comes with one of the values that were recorded, or at any time.',
  )
  return worlds.flatMap((world) => {
    say(`recorded: ${world.name}`)
    const row = { measure: 'mean', stale: world.staleness } as const
    return [
      ...compare(world, [{ ...row, goal: world.goal }]).rows,
      ...compare(atAnyTime(world, LEAST_MS), [{ ...row, goal: NO_WORSE }]).rows,
    ]
  })
}

function neverWorse(claims: readonly Claim[]): Claim {
  const ours = Math.max(...claims.map(({ ours }) => ours))
  return {
    claim: 'the worst of all these against the fixed interval',
    unit: 'of fixed',
    ours,
    peers: {},
    bound: null,
    ...atMost(NO_WORSE, ours),
  }
}

/** Of all seeds. A single client's share is chance too, so the one at the 95th percentile stands beside. */
function calibration(promises: readonly Kept[]): readonly Claim[] {
  const claim = (steady: boolean, measure: 'mean' | 'worst', least: number, most: number): Claim => {
    const kept = promises.filter((one) => one.steady === steady)
    const farthest =
      kept.map((one) => one[measure]).toSorted((a, b) => Math.abs(Math.log(b)) - Math.abs(Math.log(a)))[0] ??
      Infinity
    return {
      claim: `staleness of ${WORDS[measure]} against what was promised, the farthest of the ${steady ? 'steady' : 'changing'} populations`,
      unit: 'ratio',
      ours: rounded(farthest),
      peers: measure === 'mean' ? { [WORDS.p95]: rounded(Math.max(...kept.map(({ p95 }) => p95))) } : {},
      bound: 1,
      goal: `${least} to ${most}`,
      holds: farthest >= least && farthest <= most,
    }
  }
  return (['mean', 'worst'] as const).flatMap((measure) => [
    claim(true, measure, 0.9, 1.1),
    claim(false, measure, 0.8, 1.25),
  ])
}

/** Of all made clients. */
function eventDrivenClaims(worlds: readonly World[]): readonly Claim[] {
  const found = worlds.map((world) => ({ name: world.name, ...runEventDriven(world) }))
  const updates = Math.max(...found.map(({ updatesPerChange }) => updatesPerChange))
  const stale = Math.max(...found.map((one) => one.stale))
  const plain = { peers: {}, bound: null }
  return [
    {
      claim: 'clients that report changes by themselves: updates for each, the most of all populations',
      unit: 'updates',
      ...plain,
      ours: rounded(updates),
      ...atMost(1.05, updates),
    },
    {
      claim: 'clients that report changes by themselves: wrong for, the most of all populations',
      unit: 'share',
      ...plain,
      ours: rounded(stale),
      ...atMost(0.01, stale),
    },
  ]
}

const BUDGET = { clients: 8_000, perSecond: 40, minutes: 180, doublesAt: 90 }

function fleetClaims(): readonly Claim[] {
  const budget = runBudget(BUDGET)
  const clients = 1_000_000
  const herd = runHerd(clients, true)
  const plain = { unit: 'share', peers: {}, bound: null }
  const off = rounded(Math.abs(budget.mean - 1))
  return [
    { claim: 'budget: the mean rate is off by', ...plain, ours: off, ...atMost(0.01, off) },
    {
      claim: 'budget: standard deviation of rates by the minute',
      ...plain,
      ours: rounded(budget.deviation),
      ...atMost(0.03, budget.deviation),
    },
    {
      claim: 'budget: five-minute means back within 5 % after the fleet doubled',
      ...plain,
      unit: 'min',
      ours: budget.backAfterMinutes,
      ...atMost(10, budget.backAfterMinutes),
    },
    {
      claim:
        'a million clients come back at once, with a limit of 1.05 of the mean: the fullest second of the next two minutes',
      unit: 'of mean',
      ours: rounded(herd),
      peers: { 'jitter of 10 %': rounded(runHerd(clients, false)) },
      bound: 1,
      ...atMost(1.5, herd),
    },
    {
      claim: 'forecast of the next minute, steady: mean error',
      ...plain,
      ours: rounded(budget.forecastSteady),
      ...atMost(0.02, budget.forecastSteady),
    },
    {
      claim: 'forecast of the next minute, in ten minutes of doubling: mean error',
      ...plain,
      ours: rounded(budget.forecastDoubling),
      ...atMost(0.1, budget.forecastDoubling),
    },
  ]
}
