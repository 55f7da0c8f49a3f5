/** Who else runs the same load: the rules of other autoscalers, each at a target. */
import type { InstanceCounts } from '@holdfast/core/allocation'
import type { Service } from '@holdfast/core/agreement'
import { fail, nearest, ok, parseRatio, type Result } from '@holdfast/core/units'
import { captain, hpa, kpa, requestRate, staticPeak, type Autoscaler } from '@holdfast/simulator'
import { failure, type ProblemDocument } from '../failure.ts'
import { percent } from '../figures.ts'

export interface Contender {
  /** With its target, such as "HPA at 70 %". */
  readonly name: string
  autoscaler(given: ContenderGiven): Autoscaler<unknown>
}

interface ContenderGiven {
  readonly service: Service
  /** Instances that a constant load takes, by Holdfast's own sizing. */
  readonly sized: (rate: number) => InstanceCounts
  /** Operations a second in the highest minute. */
  readonly peak: number
}

interface Rule {
  readonly name: string
  /** As its documentation has it, or as is usual. */
  readonly target: number
  readonly make: (given: ContenderGiven, target: number) => Autoscaler<unknown>
}

const RULES: Readonly<Record<string, Rule>> = {
  hpa: {
    name: 'HPA',
    target: 0.7,
    make: ({ service }, target) => hpa(service, { targetPercent: 100 * target, behavior: 'none' }),
  },
  'hpa-behavior': {
    name: 'HPA WITH BEHAVIOR',
    target: 0.7,
    make: ({ service }, target) => hpa(service, { targetPercent: 100 * target, behavior: 'default' }),
  },
  kpa: {
    name: 'KPA',
    target: 0.7,
    make: ({ service }, target) => kpa(service, { concurrency: target }),
  },
  'request-rate': {
    name: 'REQUEST RATE',
    target: 0.7,
    make: ({ service }, target) => requestRate(service, { utilization: target }),
  },
  captain: {
    name: 'CAPTAIN',
    target: 0.1,
    make: ({ service }, target) => captain(service, { throttled: target }),
  },
  'static-peak': {
    name: 'STATIC PEAK',
    target: 1,
    make: ({ service, sized, peak }, target) => staticPeak(service, sized(target * peak)),
  },
}

export function readContenders(text: string | undefined): Result<readonly Contender[], ProblemDocument> {
  const contenders: Contender[] = []
  for (const word of (text ?? '').split(',').map((each) => each.trim())) {
    if (word === '') continue
    const contender = readContender(word)
    if (!contender.ok) return contender
    contenders.push(contender.value)
  }
  return ok(contenders)
}

function readContender(word: string): Result<Contender, ProblemDocument> {
  const [kind = '', targetText] = word.split(':')
  const rule = Object.hasOwn(RULES, kind) ? RULES[kind] : undefined
  if (rule === undefined) {
    const near = nearest(kind, Object.keys(RULES))
    const didYouMean = near === null ? '' : `Did you mean ${near}? `
    const hint = `${didYouMean}There are ${Object.keys(RULES).join(', ')}.`
    return fail(failure('usage', `--against: there is no rule "${kind}".`, { hint }))
  }
  const target = targetText === undefined ? ok(rule.target) : parseRatio(targetText)
  if (!target.ok || target.value === 0) {
    const hint = `Write a share such as ${kind}:60%.`
    return fail(failure('usage', `--against: "${targetText ?? ''}" is no target for ${kind}.`, { hint }))
  }
  const at = target.value
  return ok({ name: `${rule.name} ${percent(at)} %`, autoscaler: (given) => rule.make(given, at) })
}
