/** Checks one agreement against the service that it is about. */
import type { Condition, Level } from '@holdfast/core/agreement'
import type { Fault } from '../errors/index.ts'
import { checkSchedule } from './check-schedule.ts'
import { paidIn } from './check-service.ts'
import { checkPlaces, checkPrice, checkRemedies, type Checked } from './check-worth.ts'
import { manifestsOf, type ManifestOf, type ParsedManifest } from './manifest.ts'
import { missingReference } from './missing-reference.ts'
import type { Locate, Path } from './text/path.ts'

export function checkAgreement(
  { manifest, locate }: { readonly manifest: ManifestOf<'Agreement'>; readonly locate: Locate },
  all: readonly ParsedManifest[],
): readonly Fault[] {
  const { service, levels, conditions = [], schedule = [] } = manifest.spec
  const services = manifestsOf(all, 'Service')
  const about = services.find((one) => one.manifest.metadata.name === service)?.manifest
  const ofItself = [...checkRemedies(manifest.spec, locate), ...checkSchedule(manifest.spec, locate)]
  if (about === undefined) {
    const among = services.map((one) => one.manifest.metadata.name)
    return [
      ...missingReference({ what: 'service', name: service, among, path: ['spec', 'service'] }, locate),
      ...ofItself,
    ]
  }
  const checked: Checked = { about, all, locate }
  return [
    ...checkLevels(levels, ['spec', 'levels'], checked),
    ...checkConditions(conditions, ['spec', 'conditions'], checked),
    ...schedule.flatMap((entry, index) =>
      checkLevels(entry.levels ?? [], ['spec', 'schedule', index, 'levels'], checked),
    ),
    ...schedule.flatMap((entry, index) =>
      checkConditions(entry.conditions ?? [], ['spec', 'schedule', index, 'conditions'], checked),
    ),
    ...checkPrice(manifest.spec.price, checked),
    ...checkPlaces(manifest.spec.places, checked),
    ...checkColdStart(manifest.spec, checked),
    ...ofItself,
  ]
}

function checkLevels(levels: readonly Level[], path: Path, checked: Checked): readonly Fault[] {
  return levels.flatMap(({ scope, conditions }, index) => [
    ...checkPartName(scope.part, [...path, index, 'scope', 'part'], checked),
    ...checkConditions(conditions, [...path, index, 'conditions'], checked),
  ])
}

function checkConditions(conditions: readonly Condition[], path: Path, checked: Checked): readonly Fault[] {
  return conditions.flatMap((condition, index) => checkCondition(condition, [...path, index], checked))
}

function checkCondition(condition: Condition, path: Path, checked: Checked): readonly Fault[] {
  switch (condition.kind) {
    case 'instances':
      return [
        ...checkPartName(condition.part, [...path, 'instances', 'part'], checked),
        ...checkCap(condition, [...path, 'instances', 'atMost'], checked),
      ]
    case 'cost':
      return checkCost(condition, [...path, 'cost', 'atMostPerMonth'], checked)
    case 'dependency':
      return checkDependency(condition, [...path, 'dependency'], checked)
    case 'characteristics':
      return checkThresholds(condition, [...path, 'characteristics', 'parts'], checked)
    case 'load':
      return []
  }
}

/** More parts than there are could never be outside at once. */
function checkThresholds(
  { beyond }: Extract<Condition, { kind: 'characteristics' }>,
  path: Path,
  { about, locate }: Checked,
): readonly Fault[] {
  const { length } = about.spec.parts
  if (beyond.parts <= length) return []
  const message = `${beyond.parts} parts can never be outside at once: service "${about.metadata.name}" has ${length}.`
  return [{ message, hint: `Write at most ${length}.`, place: locate(path) }]
}

/** A service that may have no instance makes the operation wait that comes first. */
function checkColdStart(
  { coldStart }: ManifestOf<'Agreement'>['spec'],
  { about, locate }: Checked,
): readonly Fault[] {
  const stopped = about.spec.parts.find(({ instances }) => instances.min === 0)
  if (coldStart === 'allowed' || about.spec.batch !== undefined || stopped === undefined) return []
  const message = `Part "${stopped.name}" of service "${about.metadata.name}" may have no instance, so an operation may have to wait for a start.`
  const hint = `Write coldStart: allowed here, or a min of 1 for ${stopped.name}.`
  return [{ message, hint, place: locate(['spec', 'coldStart']) }]
}

function checkPartName(part: string | undefined, path: Path, { about, locate }: Checked): readonly Fault[] {
  if (part === undefined) return []
  const what = `part of service "${about.metadata.name}" called`
  const among = about.spec.parts.map(({ name }) => name)
  return missingReference({ what, name: part, among, path }, locate)
}

/** A cap below what always runs could never hold. */
function checkCap(
  { atMost, part }: Extract<Condition, { kind: 'instances' }>,
  path: Path,
  { about, locate }: Checked,
): readonly Fault[] {
  const counted = about.spec.parts.filter(({ name }) => part === undefined || name === part)
  const least = counted.reduce((sum, { instances }) => sum + instances.min, 0)
  if (least <= atMost) return []
  const message = `At most ${atMost} instances are allowed, but service "${about.metadata.name}" always runs ${least}.`
  return [{ message, hint: `Allow at least ${least}, or lower the min of its parts.`, place: locate(path) }]
}

function checkCost(
  { atMostPerMonth }: Extract<Condition, { kind: 'cost' }>,
  path: Path,
  { about, all, locate }: Checked,
): readonly Fault[] {
  const expected = paidIn(about, all)
  if (expected === undefined || expected === atMostPerMonth.currency) return []
  const message = `The cost is limited in ${atMostPerMonth.currency}, but the service is paid in ${expected}.`
  return [{ message, hint: `Write the limit in ${expected}.`, place: locate(path) }]
}

function checkDependency(
  { service }: Extract<Condition, { kind: 'dependency' }>,
  path: Path,
  { about, all, locate }: Checked,
): readonly Fault[] {
  if (service === about.metadata.name) {
    const message = `Service "${service}" cannot depend on itself.`
    return [{ message, hint: 'Name another service, or leave the condition out.', place: locate(path) }]
  }
  const among = manifestsOf(all, 'Service').map(({ manifest }) => manifest.metadata.name)
  return missingReference({ what: 'service', name: service, among, path }, locate)
}
