/** Which metrics stand in a service's file, and the values of all of them. What is not known is not a number. */
import { UNITS } from './format.ts'
import type { MmvDocument, MmvMetric } from './layout.ts'
import {
  MAX_MORE,
  MAX_MORE_OF_PARTS,
  moreMetrics,
  moreNames,
  valueIn,
  type MoreName,
} from './more-figures.ts'
import { instanceNames } from './names.ts'
import type { ShownHealth, ShownMetrics } from '../shown-health.ts'

export interface HealthFigures {
  readonly instances: Instances
  /** In the order of the document's metrics and their instances; the first, the sequence number, is left to the writer. */
  readonly values: readonly number[]
  /** Instances and metrics that there was no room for. */
  readonly leftOut: number
}

/** What values there are of; the document follows from it. */
export interface Instances {
  readonly parts: readonly string[]
  readonly levels: readonly string[]
  /** As PART/LEVEL. */
  readonly levelsOfParts: readonly string[]
  /** Metrics that rules give besides the eight: of the service, and of any of its parts. */
  readonly more: readonly MoreName[]
  readonly moreOfParts: readonly MoreName[]
}

/** Together they keep below the 10,000 values of which Performance Co-Pilot reads no more in one file. */
export const MAX_PARTS = 200
export const MAX_LEVELS = 100
export const MAX_LEVELS_OF_PARTS = 400

const DOMAIN = { parts: 1, levels: 2, levelsOfParts: 3 } as const

const MS_PER_SECOND = 1_000

type Described = Omit<MmvMetric, 'domain' | 'type'>

interface Single extends Described {
  readonly of: (health: ShownHealth) => number | null
}

interface OfSubject extends Described {
  readonly of: (metrics: ShownMetrics) => number | null
}

const instant = (text: string | null): number | null =>
  text === null ? null : Date.parse(text) / MS_PER_SECOND

const SINGLE: readonly Single[] = [
  {
    name: 'interval.from',
    units: UNITS.seconds,
    help: 'Since 1970: when the interval begins that the figures are of.',
    of: ({ from }) => instant(from),
  },
  {
    name: 'interval.to',
    units: UNITS.seconds,
    help: 'Since 1970: when the interval ends that the figures are of.',
    of: ({ to }) => instant(to),
  },
  {
    name: 'measured_until',
    units: UNITS.seconds,
    help: 'Since 1970: until when anything was measured.',
    of: ({ measuredUntil }) => instant(measuredUntil),
  },
  {
    name: 'seen_ratio',
    units: UNITS.none,
    help: 'Share of the interval in which somebody measured.',
    of: ({ seenRatio }) => seenRatio,
  },
]

type Times = NonNullable<ShownMetrics['serviceTime']['value']>

function serviceTime(name: string, says: string, of: (times: Times) => number): OfSubject {
  return {
    name: `service_time.${name}`,
    units: UNITS.seconds,
    help: `What one operation took: ${says}.`,
    of: ({ serviceTime: { value } }) => (value === null ? null : of(value) / MS_PER_SECOND),
  }
}

/** Of the service and of each part. */
const OF_SUBJECT: readonly OfSubject[] = [
  {
    name: 'availability',
    units: UNITS.none,
    help: 'Share of operations answered without an error; where none came, share of time ready.',
    of: ({ availability }) => availability.value,
  },
  {
    name: 'capacity',
    units: UNITS.perSecond,
    help: 'Operations a second that could be served.',
    of: ({ capacity }) => capacity.value,
  },
  {
    name: 'throughput',
    units: UNITS.perSecond,
    help: 'Operations a second that were answered.',
    of: ({ throughput }) => throughput.value,
  },
  serviceTime('mean', 'the mean', ({ meanMs }) => meanMs),
  serviceTime('p50', 'half of them at most so long', ({ p50Ms }) => p50Ms),
  serviceTime('p90', '90 % of them at most so long', ({ p90Ms }) => p90Ms),
  serviceTime('p95', '95 % of them at most so long', ({ p95Ms }) => p95Ms),
  serviceTime('p99', '99 % of them at most so long', ({ p99Ms }) => p99Ms),
  serviceTime('max', 'the longest', ({ maxMs }) => maxMs),
  {
    name: 'queue_length',
    units: UNITS.count,
    help: 'Operations that wait, on average over time.',
    of: ({ queueLength }) => queueLength.value,
  },
  {
    name: 'utilisation',
    units: UNITS.none,
    help: 'Share of the capacity that is used.',
    of: ({ utilisation }) => utilisation.value,
  },
  {
    name: 'satisfaction',
    units: UNITS.none,
    help: 'Satisfaction of clients, from 0 to 1.',
    of: ({ satisfaction }) => satisfaction.value,
  },
]

const VIOLATIONS = [
  {
    name: 'violations.operations',
    units: UNITS.count,
    help: 'Operations that were counted for a level.',
    of: ({ operations }: Counted) => operations,
  },
  {
    name: 'violations.over',
    units: UNITS.count,
    help: 'Of these so many were over the limit of the level.',
    of: ({ over }: Counted) => over,
  },
] as const

type Counted = NonNullable<ShownMetrics['violations']['value']>[number]

const SEQUENCE: MmvMetric = {
  name: 'sequence',
  type: 'unsigned',
  units: UNITS.none,
  domain: null,
  help: 'Odd while the values are written. All are of one moment if it is even, and the same before and after they are read.',
}

export function documentOf(instances: Instances): MmvDocument {
  const { parts, levels, levelsOfParts, more, moreOfParts } = instances
  const double = (domain: number | null, before = '') => {
    return ({ name, units, help }: Described): MmvMetric => {
      const whose = before === '' ? help : `${help} Of each part.`
      return { name: `${before}${name}`, type: 'double', units, help: whose, domain }
    }
  }
  return {
    domains: [
      { serial: DOMAIN.parts, help: 'Parts of the service.', instances: instanceNames(parts) },
      { serial: DOMAIN.levels, help: 'Levels of the service.', instances: instanceNames(levels) },
      {
        serial: DOMAIN.levelsOfParts,
        help: 'Levels of parts, as part/level.',
        instances: instanceNames(levelsOfParts),
      },
    ],
    metrics: [
      SEQUENCE,
      ...SINGLE.map(double(null)),
      ...OF_SUBJECT.map(double(null)),
      ...VIOLATIONS.map(double(DOMAIN.levels)),
      ...OF_SUBJECT.map(double(DOMAIN.parts, 'part.')),
      ...VIOLATIONS.map(double(DOMAIN.levelsOfParts, 'part.')),
      // Last, so that all others stand where they would without any rule.
      ...moreMetrics(more).map(double(null)),
      ...moreMetrics(moreOfParts).map(double(DOMAIN.parts, 'part.')),
    ],
  }
}

export function figuresOf(health: ShownHealth): HealthFigures {
  const levels = health.metrics.violations.value ?? []
  const ofParts = health.parts.flatMap(({ part, metrics }) =>
    (metrics.violations.value ?? []).map((counted) => ({ ...counted, level: `${part}/${counted.level}` })),
  )
  const more = moreNames(health.more)
  const moreOfParts = moreNames(health.parts.flatMap((one) => one.more))
  const kept = {
    parts: health.parts.slice(0, MAX_PARTS),
    levels: levels.slice(0, MAX_LEVELS),
    ofParts: ofParts.slice(0, MAX_LEVELS_OF_PARTS),
    more: more.slice(0, MAX_MORE),
    moreOfParts: moreOfParts.slice(0, MAX_MORE_OF_PARTS),
  }
  const values = [
    0,
    ...SINGLE.map(({ of }) => of(health)),
    ...OF_SUBJECT.map(({ of }) => of(health.metrics)),
    ...VIOLATIONS.flatMap(({ of }) => kept.levels.map(of)),
    ...OF_SUBJECT.flatMap(({ of }) => kept.parts.map(({ metrics }) => of(metrics))),
    ...VIOLATIONS.flatMap(({ of }) => kept.ofParts.map(of)),
    ...kept.more.map((one) => valueIn(health.more, one)),
    ...kept.moreOfParts.flatMap((one) => kept.parts.map((part) => valueIn(part.more, one))),
  ]
  return {
    instances: {
      parts: kept.parts.map(({ part }) => part),
      levels: kept.levels.map(({ level }) => level),
      levelsOfParts: kept.ofParts.map(({ level }) => level),
      more: kept.more,
      moreOfParts: kept.moreOfParts,
    },
    values: values.map((value) => value ?? NaN),
    leftOut:
      health.parts.length -
      kept.parts.length +
      (levels.length - kept.levels.length) +
      (ofParts.length - kept.ofParts.length) +
      (more.length - kept.more.length) +
      (moreOfParts.length - kept.moreOfParts.length),
  }
}
