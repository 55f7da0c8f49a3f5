/** What a sample of a metric is: by the type that its family was said to have, else by its name. */
import type { SeriesKind } from '@holdfast/core/health'

/** quantile: a gauge that is no number where nothing came. created: since when the counters beside it count. */
export type Role = 'counter' | 'gauge' | 'quantile' | 'created'

/** As `# TYPE` and the metadata of remote write call them; others are as unknown. */
export type FamilyType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'summary'
  | 'gaugehistogram'
  | 'info'
  | 'stateset'
  | 'unknown'

const CUMULATIVE: ReadonlyMap<string, Role> = new Map([
  ['_bucket', 'counter'],
  ['_sum', 'counter'],
  ['_count', 'counter'],
  ['_created', 'created'],
])

const BY_TYPE: ReadonlyMap<string, ReadonlyMap<string, Role>> = new Map([
  [
    'counter',
    new Map<string, Role>([
      ['', 'counter'],
      ['_total', 'counter'],
      ['_created', 'created'],
    ]),
  ],
  ['histogram', CUMULATIVE],
  ['summary', new Map<string, Role>([...CUMULATIVE, ['', 'quantile']])],
])

const GAUGES: ReadonlySet<string> = new Set(['gauge', 'gaugehistogram', 'info', 'stateset'])

const COUNTER_NAME = /_(?:total|count|sum|bucket)$/

export interface Family {
  readonly name: string
  readonly type: string
}

export function roleOf(name: string, family: Family): Role {
  const suffix = name.startsWith(family.name) ? name.slice(family.name.length) : null
  const role = suffix === null ? undefined : BY_TYPE.get(family.type)?.get(suffix)
  if (role !== undefined) return role
  if (suffix !== null && GAUGES.has(family.type) && (suffix === '' || suffix.startsWith('_'))) return 'gauge'
  return COUNTER_NAME.test(name) ? 'counter' : 'gauge'
}

export const kindOf = (role: Role): SeriesKind => (role === 'counter' ? 'counter' : 'gauge')

/** The family that a sample with this name may be of, beside the one that is called as it is. */
export const familyNameOf = (name: string): string => name.replace(/_(?:total|count|sum|bucket|created)$/, '')

const UNITS: ReadonlyMap<string, string> = new Map([
  ['seconds', 's'],
  ['milliseconds', 'ms'],
  ['microseconds', 'us'],
  ['nanoseconds', 'ns'],
  ['bytes', 'By'],
  ['ratio', '1'],
  ['percent', '%'],
  ['celsius', 'Cel'],
  ['volts', 'V'],
  ['amperes', 'A'],
  ['joules', 'J'],
  ['grams', 'g'],
  ['meters', 'm'],
])

/** By the convention that a name ends with its unit; of a bucket that of its bounds, of a count none. */
export function unitOf(name: string): string | null {
  if (name.endsWith('_count')) return null
  const base = familyNameOf(name)
  return UNITS.get(base.slice(base.lastIndexOf('_') + 1)) ?? null
}
