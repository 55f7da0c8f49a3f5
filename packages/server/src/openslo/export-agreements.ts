/**
 * Agreements as documents of OpenSLO v1: a Service for each service, an SLO for each level. What OpenSLO has no
 * field for stands in annotations, so that importing gives the same agreement again.
 */
import { createHash } from 'node:crypto'
import type { Level } from '@holdfast/core/agreement'
import { MAX_NAME_LENGTH } from '@holdfast/core/units'
import type { Fault } from '../errors/index.ts'
import {
  isObject,
  manifestsOf,
  type JsonObject,
  type ManifestOf,
  type ParsedManifest,
} from '../manifests/index.ts'
import {
  AGREEMENT_ANNOTATION,
  LEVEL_ANNOTATION,
  LEVEL_KEYS,
  only,
  TERMS,
  TERMS_ANNOTATION,
} from './annotations.ts'
import { indicatorOf } from './indicator.ts'
import { isExactWindow, timeWindowOf } from './time-window.ts'

/** OpenSLO promises less than the whole; a level may promise all of it. */
const MOST = 0.999_999

export const targetOf = (ratio: number): number => Math.min(ratio, MOST)

export interface Exported {
  readonly documents: readonly object[]
  /** What another reader of OpenSLO does not see. */
  readonly notes: readonly Fault[]
}

type Agreement = ParsedManifest & { readonly manifest: ManifestOf<'Agreement'> }

export function exportOpenSlo(manifests: readonly ParsedManifest[]): Exported {
  const agreements = manifestsOf(manifests, 'Agreement')
  const services = [...new Set(agreements.map(({ manifest }) => manifest.spec.service))]
  const taken = new Set<string>()
  return {
    documents: [
      ...services.map((name) => ({
        apiVersion: 'openslo/v1',
        kind: 'Service',
        metadata: { name },
        spec: {},
      })),
      ...agreements.flatMap((agreement) => slosOf(agreement, taken)),
    ],
    notes: agreements.flatMap(notesOn),
  }
}

function slosOf({ manifest, document }: Agreement, taken: Set<string>): readonly object[] {
  const spec = isObject(document['spec']) ? document['spec'] : {}
  const written = Array.isArray(spec['levels']) ? spec['levels'] : []
  const terms = only(spec, TERMS)
  return manifest.spec.levels.map((level, index) => {
    const passage: unknown = written[index]
    const annotations = {
      [AGREEMENT_ANNOTATION]: manifest.metadata.name,
      [LEVEL_ANNOTATION]: JSON.stringify(onlyAnnotated(level, isObject(passage) ? passage : {})),
      ...(index > 0 || Object.keys(terms).length === 0 ? {} : { [TERMS_ANNOTATION]: JSON.stringify(terms) }),
    }
    return sloOf(level, manifest, annotations, taken)
  })
}

function sloOf(
  level: Level,
  { metadata, spec }: ManifestOf<'Agreement'>,
  annotations: Readonly<Record<string, string>>,
  taken: Set<string>,
): object {
  const name = freeName(`${metadata.name}-${level.name}`, taken)
  const indicator = indicatorOf(level)
  return {
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: { name, annotations },
    spec: {
      service: spec.service,
      indicator: { metadata: { name }, spec: indicator.spec },
      timeWindow: [timeWindowOf(level.window)],
      budgetingMethod: 'Occurrences',
      objectives: [{ ...indicator.objective, target: targetOf(level.ratio) }],
    },
  }
}

function onlyAnnotated({ ratio, window, conditions }: Level, passage: JsonObject): JsonObject {
  const inexact = new Set<string>(['name'])
  if (targetOf(ratio) !== ratio) inexact.add('ratio')
  if (!isExactWindow(window)) inexact.add('window')
  if (conditions.length > 0) inexact.add('conditions')
  return only(
    passage,
    LEVEL_KEYS.filter((key) => inexact.has(key)),
  )
}

/** Enough digits that names which were cut differ, and as few as people bear. */
const HASH_DIGITS = 8

/** A name of OpenSLO may have no more characters than one of ours, so that two of ours together may have too many. */
function freeName(wanted: string, taken: Set<string>): string {
  const hash = createHash('sha256').update(wanted).digest('hex').slice(0, HASH_DIGITS)
  const short =
    wanted.length <= MAX_NAME_LENGTH
      ? wanted
      : `${wanted.slice(0, MAX_NAME_LENGTH - HASH_DIGITS - 1).replace(/-+$/, '')}-${hash}`
  for (let count = 1; ; count += 1) {
    const end = count === 1 ? '' : `-${count}`
    const name = `${short.slice(0, MAX_NAME_LENGTH - end.length).replace(/-+$/, '')}${end}`
    if (taken.has(name)) continue
    taken.add(name)
    return name
  }
}

function notesOn({ manifest, locate }: Agreement): readonly Fault[] {
  const { levels, schedule = [] } = manifest.spec
  const note = (message: string, path: readonly (string | number)[]): Fault => ({
    message,
    hint: 'An annotation keeps it for Holdfast.',
    place: locate(path),
  })
  return [
    ...levels.flatMap(({ ratio, window }, index) => [
      ...(targetOf(ratio) === ratio
        ? []
        : [
            note(`OpenSLO promises less than 100 %, so the target is ${MOST}.`, [
              'spec',
              'levels',
              index,
              'ratio',
            ]),
          ]),
      ...(isExactWindow(window)
        ? []
        : [
            note('OpenSLO counts windows in whole minutes, so it is rounded up.', [
              'spec',
              'levels',
              index,
              'window',
            ]),
          ]),
    ]),
    ...schedule.map(({ name }, index) =>
      note(`OpenSLO has no schedule, so no other reader knows of "${name}".`, ['spec', 'schedule', index]),
    ),
  ]
}
