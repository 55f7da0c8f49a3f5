/**
 * The documents of OpenSLO v1 with the rules of its specification. What a kind holds that an agreement has no use
 * for is taken as it is; everything else is checked, and unknown keys are errors.
 */
import { ok } from '@holdfast/core/units'
import { z } from 'zod'
import { exactlyOne, mapping, name, refused, timeZone, written } from '../manifests/index.ts'

const API_VERSION = 'openslo/v1'

/** The specification's own limits. */
const MAX_DESCRIPTION = 1_050
const MAX_DISPLAY_NAME = 63

const description = z.string().max(MAX_DESCRIPTION).exactOptional()

const metadata = mapping({
  name: name(),
  displayName: z.string().max(MAX_DISPLAY_NAME).exactOptional(),
  labels: z.record(z.string(), z.union([z.string(), z.array(z.string())])).exactOptional(),
  annotations: z.record(z.string(), z.string()).exactOptional(),
})

/** A whole number and one unit: minutes, hours, days, weeks, months, quarters or years. */
export interface ShortDuration {
  readonly count: number
  readonly unit: DurationUnit
}
export type DurationUnit = 'm' | 'h' | 'd' | 'w' | 'M' | 'Q' | 'Y'

const duration: z.ZodType<ShortDuration> = written({
  id: 'OpenSloDuration',
  description: 'A whole number and m, h, d, w, M, Q or Y.',
  examples: ['30d', '1w'],
  pattern: '^[1-9][0-9]*[mhdwMQY]$',
  parse: (text) => {
    const [, count, unit] = /^([1-9]\d{0,6})([mhdwMQY])$/.exec(text) ?? []
    return isUnit(unit)
      ? ok({ count: Number(count), unit })
      : refused(
          'duration-malformed',
          `"${text}" is not a duration of OpenSLO.`,
          'Write one such as 30d or 1M.',
        )
  },
})

const isUnit = (unit: string | undefined): unit is DurationUnit =>
  unit !== undefined && 'mhdwMQY'.includes(unit)

const metric = mapping({
  metricSource: mapping({
    metricSourceRef: z.string().exactOptional(),
    type: z.string().exactOptional(),
    spec: z.record(z.string(), z.unknown()),
  }),
})
export type SloMetric = z.output<typeof metric>

const ratioMetric = mapping({
  counter: z.boolean().exactOptional(),
  good: metric.exactOptional(),
  bad: metric.exactOptional(),
  total: metric.exactOptional(),
  rawType: z.enum(['success', 'failure']).exactOptional(),
  raw: metric.exactOptional(),
})
  .superRefine(exactlyOne(['total', 'raw']))
  .superRefine((value, context) => {
    const wrong = (message: string, hint: string): void =>
      context.addIssue({ code: 'custom', message, params: { hint } })
    if (value.total !== undefined && (value.good === undefined) === (value.bad === undefined))
      wrong('Beside "total" stands one of good and bad.', 'Write exactly one of good, bad.')
    if (value.raw === undefined) return
    if (value.good !== undefined || value.bad !== undefined)
      wrong('A raw ratio has neither good nor bad.', 'Leave them out, or raw.')
    if (value.rawType === undefined)
      wrong('A raw ratio needs its rawType.', 'Write rawType: success or failure.')
  })

const sliSpec = mapping({
  description,
  thresholdMetric: metric.exactOptional(),
  ratioMetric: ratioMetric.exactOptional(),
}).superRefine(exactlyOne(['thresholdMetric', 'ratioMetric']))
export type SliSpec = z.output<typeof sliSpec>

const inlineIndicator = mapping({ metadata, spec: sliSpec })

const START_TIME = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/

const timeWindow = mapping({
  duration,
  isRolling: z.boolean().exactOptional().describe('False if left out beside a calendar.'),
  calendar: mapping({
    startTime: z.string().refine((text) => START_TIME.test(text), {
      params: { hint: 'Write it as 2026-01-01 00:00:00.' },
      error: 'The start is not a date with a time.',
    }),
    timeZone,
  }).exactOptional(),
}).superRefine(({ isRolling = false, calendar }, context) => {
  if (isRolling === (calendar === undefined)) return
  const message = isRolling
    ? 'A rolling window has no calendar.'
    : 'A window that does not roll needs a calendar.'
  const hint = 'Write isRolling: true, or a calendar with startTime and timeZone.'
  context.addIssue({ code: 'custom', message, params: { hint } })
})
export type TimeWindow = z.output<typeof timeWindow>

const objective = mapping({
  displayName: z.string().exactOptional(),
  op: z.enum(['lte', 'gte', 'lt', 'gt']).exactOptional(),
  value: z.number().exactOptional(),
  target: z.number().min(0).lt(1).exactOptional(),
  targetPercent: z.number().min(0).lt(100).exactOptional(),
  timeSliceTarget: z.number().gt(0).max(1).exactOptional(),
  timeSliceWindow: z.union([z.number().positive(), duration]).exactOptional(),
  indicator: inlineIndicator.exactOptional(),
  indicatorRef: z.string().exactOptional(),
  compositeWeight: z.number().positive().exactOptional(),
}).superRefine(exactlyOne(['target', 'targetPercent']))
export type Objective = z.output<typeof objective>

const sloSpec = mapping({
  description,
  service: z.string().min(1),
  indicator: inlineIndicator.exactOptional(),
  indicatorRef: z.string().exactOptional(),
  timeWindow: z.array(timeWindow).min(1).max(1).exactOptional(),
  budgetingMethod: z.enum(['Occurrences', 'Timeslices', 'RatioTimeslices']),
  objectives: z.array(objective).min(1),
  alertPolicies: z.array(z.unknown()).exactOptional(),
})

const ofKind = <Kind extends string, Spec extends z.ZodType>(kind: Kind, spec: Spec) =>
  mapping({ apiVersion: z.literal(API_VERSION), kind: z.literal(kind), metadata, spec })

/** Alerts and connections are for whom they were written; nothing of them becomes part of an agreement. */
const unread = z.record(z.string(), z.unknown())

export const openSloDocument = z.discriminatedUnion('kind', [
  ofKind('Service', mapping({ description })),
  ofKind('SLI', sliSpec),
  ofKind('SLO', sloSpec),
  ofKind('DataSource', unread),
  ofKind('AlertPolicy', unread),
  ofKind('AlertCondition', unread),
  ofKind('AlertNotificationTarget', unread),
])
export type OpenSloDocument = z.output<typeof openSloDocument>
export type Slo = Extract<OpenSloDocument, { readonly kind: 'SLO' }>
