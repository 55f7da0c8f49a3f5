/** Checks a source or a rule against the service that it is about, and rules against each other. */
import { RULED_METRICS, type Combination } from '@holdfast/core/health'
import type { Fault } from '../errors/index.ts'
import { manifestsOf, type ManifestOf, type ParsedManifest } from './manifest.ts'
import { missingReference } from './missing-reference.ts'
import type { Locate } from './text/path.ts'

interface About {
  readonly manifest: ManifestOf<'Source'> | ManifestOf<'Rule'> | ManifestOf<'Watch'>
  readonly locate: Locate
}

/** The service and the part that it names must be there. */
export function checkAbout({ manifest, locate }: About, all: readonly ParsedManifest[]): readonly Fault[] {
  const { service } = manifest.spec
  const part = 'part' in manifest.spec ? (manifest.spec.part ?? null) : null
  const services = manifestsOf(all, 'Service').map((one) => one.manifest)
  const about = services.find(({ metadata }) => metadata.name === service)
  if (about === undefined) {
    const among = services.map(({ metadata }) => metadata.name)
    return missingReference({ what: 'service', name: service, among, path: ['spec', 'service'] }, locate)
  }
  if (part === null) return []
  const among = about.spec.parts.map(({ name }) => name)
  return missingReference({ what: 'part', name: part, among, path: ['spec', 'part'] }, locate)
}

export function checkRule({
  manifest,
  locate,
}: {
  readonly manifest: ManifestOf<'Rule'>
  readonly locate: Locate
}): readonly Fault[] {
  const { metric, unit, inputs, combine = 'sum' } = manifest.spec
  const isOneOfTheEight = RULED_METRICS.some((one) => one === metric)
  const faults: Fault[] = []
  const meant = RULED_METRICS.find((one) => one !== metric && spelled(one) === spelled(metric))
  if (meant !== undefined)
    faults.push({
      message: `${metric} would be a metric of its own, beside ${meant}.`,
      hint: `Write ${meant}, or another name.`,
      place: locate(['spec', 'metric']),
    })
  if (isOneOfTheEight && unit !== undefined)
    faults.push({
      message: `The unit of ${metric} is always the same.`,
      hint: 'Leave the unit out; scale brings figures into it.',
      place: locate(['spec', 'unit'], 'key'),
    })
  if (takesTwo(combine) && inputs.length !== 2)
    faults.push({
      message: `A ${combine} is of two inputs, and there ${inputs.length === 1 ? 'is one' : `are ${inputs.length}`}.`,
      hint: 'Write the one that is taken from, or divided, first.',
      place: locate(['spec', 'inputs']),
    })
  for (const [index, { statistic }] of inputs.entries()) {
    if ((statistic.of === 'distribution') === (metric === 'service-time')) continue
    faults.push(
      statistic.of === 'distribution'
        ? {
            message: `A distribution is no figure, and ${metric} is one.`,
            hint: 'Write mean, or a percentile such as p99.',
            place: locate(['spec', 'inputs', index, 'statistic']),
          }
        : {
            message: 'The service time is a distribution.',
            hint: 'Write distribution, or give the figure a name of its own.',
            place: locate(['spec', 'inputs', index, 'statistic']),
          },
    )
  }
  return faults
}

/** The same for utilization and utilisation, service_time and service-time. */
const spelled = (metric: string): string => metric.toLowerCase().replaceAll(/[-_.]/g, '').replaceAll('z', 's')

const takesTwo = (combine: Combination): boolean => combine === 'difference' || combine === 'ratio'

/** A metric comes from one rule (H1.16): two would each say something else. */
export function metricsRuledTwice(all: readonly ParsedManifest[]): readonly Fault[] {
  const first = new Map<string, string>()
  return manifestsOf(all, 'Rule').flatMap(({ manifest: { metadata, spec }, locate }) => {
    const key = `${spec.service}/${spec.part ?? ''}/${spec.metric}`
    const other = first.get(key)
    first.set(key, other ?? metadata.name)
    if (other === undefined) return []
    const of = spec.part === undefined ? spec.service : `part ${spec.part} of ${spec.service}`
    return [
      {
        message: `The ${spec.metric} of ${of} is given by rule "${other}" already.`,
        hint: 'Keep one, or combine their inputs in one rule.',
        place: locate(['spec', 'metric']),
      },
    ]
  })
}
