/** Checks one service: what it refers to, the graph of its parts, and figures that contradict each other. */
import type { Fault } from '../errors/index.ts'
import { manifestsOf, type ManifestOf, type ParsedManifest } from './manifest.ts'
import { missingReference } from './missing-reference.ts'
import { findCycle, reachableFrom } from './part-graph.ts'
import type { Locate } from './text/path.ts'

type ServiceManifest = ManifestOf<'Service'>
type PartManifest = ServiceManifest['spec']['parts'][number]

/** From this percentile on, a value below the mean is a mistake; below it, a skewed distribution may have one. */
const PERCENTILE_ABOVE_MEAN = 0.9

export function checkService(
  { manifest, locate }: { readonly manifest: ServiceManifest; readonly locate: Locate },
  all: readonly ParsedManifest[],
): readonly Fault[] {
  const { gateway, entry: told, parts } = manifest.spec
  const owners = manifestsOf(all, 'Owner').map((owner) => owner.manifest.metadata.name)
  const owner = { what: 'owner', name: manifest.metadata.owner, among: owners, path: ['metadata', 'owner'] }
  const names = parts.map(({ name }) => name)
  const entry = gateway?.entry ?? told
  const entryPath = told === undefined ? ['spec', 'gateway', 'entry'] : ['spec', 'entry']
  return [
    ...missingReference(owner, locate),
    ...(entry === undefined
      ? []
      : missingReference({ what: 'part', name: entry, among: names, path: entryPath }, locate)),
    ...parts.flatMap((part, index) => checkPart(part, index, names, all, locate)),
    ...checkGraph(manifest, locate),
    ...checkCurrencies(manifest, all, locate),
  ]
}

function checkPart(
  part: PartManifest,
  index: number,
  names: readonly string[],
  all: readonly ParsedManifest[],
  locate: Locate,
): readonly Fault[] {
  const path = ['spec', 'parts', index]
  const types = manifestsOf(all, 'InstanceType').map(({ manifest }) => manifest.metadata.name)
  const type = {
    what: 'instance type',
    name: part.instanceType,
    among: types,
    path: [...path, 'instanceType'],
  }
  return [
    ...missingReference(type, locate),
    ...part.calls.flatMap((call, position) =>
      missingReference(
        { what: 'part', name: call.part, among: names, path: [...path, 'calls', position, 'part'] },
        locate,
      ),
    ),
    ...checkFigures(part, index, locate),
  ]
}

function checkFigures(
  { instances, characteristics }: PartManifest,
  index: number,
  locate: Locate,
): readonly Fault[] {
  const path = ['spec', 'parts', index]
  const faults: Fault[] = []
  const { min, max } = instances
  if (min > max)
    faults.push({
      message: `At least ${min} instances cannot be at most ${max}.`,
      hint: 'Write a max that is not below min.',
      place: locate([...path, 'instances', 'min']),
    })
  const percentile = characteristics?.serviceTime.percentile
  const mean = characteristics?.serviceTime.mean ?? 0
  if (percentile !== undefined && percentile.ratio >= PERCENTILE_ABOVE_MEAN && percentile.value < mean)
    faults.push({
      message: `The percentile of ${percentile.value} ms is below the mean of ${mean} ms.`,
      hint: 'Check which of the two was measured how.',
      place: locate([...path, 'characteristics', 'serviceTime']),
    })
  return faults
}

function checkGraph(
  { spec: { gateway, entry = gateway?.entry, parts } }: ServiceManifest,
  locate: Locate,
): readonly Fault[] {
  const calls = new Map(
    parts.map((part) => [part.name as string, part.calls.map((call) => call.part as string)]),
  )
  const indexOf = (name: string | undefined): number => parts.findIndex((part) => part.name === name)
  const cycle = findCycle(calls)
  if (cycle !== null) {
    const index = indexOf(cycle[0])
    const call = parts[index]?.calls.findIndex(({ part }) => part === cycle[1]) ?? 0
    const message = `The parts call each other in a circle: ${cycle.join(' → ')}.`
    const hint = 'Leave out one of these calls: an operation would never end.'
    return [{ message, hint, place: locate(['spec', 'parts', index, 'calls', call, 'part']) }]
  }
  if (entry === undefined || !calls.has(entry)) return []
  const reached = reachableFrom(entry, calls)
  return parts.flatMap(({ name }, index) => {
    if (reached.has(name)) return []
    const message = `No operation ever reaches part "${name}" from the entry "${entry}".`
    const hint = 'Name it among the calls of another part, or make a service of its own of it.'
    return [{ message, hint, place: locate(['spec', 'parts', index, 'name']) }]
  })
}

/** Costs of one service are added up, which only one currency allows. */
function checkCurrencies(
  { spec }: ServiceManifest,
  all: readonly ParsedManifest[],
  locate: Locate,
): readonly Fault[] {
  const currencies = spec.parts.map(({ instanceType }) => currencyOf(instanceType, all))
  const [first] = currencies
  return currencies.flatMap((currency, index) => {
    if (first === undefined || currency === undefined || currency === first) return []
    const message = `This part is paid in ${currency}, the first one in ${first}.`
    const hint = 'Use instance types with prices in one currency.'
    return [{ message, hint, place: locate(['spec', 'parts', index, 'instanceType']) }]
  })
}

/** The currency of the service's instances; undefined while none of their types is known. */
export function paidIn({ spec }: ServiceManifest, all: readonly ParsedManifest[]): string | undefined {
  return spec.parts
    .map(({ instanceType }) => currencyOf(instanceType, all))
    .find((currency) => currency !== undefined)
}

function currencyOf(instanceType: string, all: readonly ParsedManifest[]): string | undefined {
  const type = manifestsOf(all, 'InstanceType').find(
    ({ manifest }) => manifest.metadata.name === instanceType,
  )
  return type?.manifest.spec.price.currency
}
