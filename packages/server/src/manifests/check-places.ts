/**
 * Checks whether this platform can follow where an agreement says that instances run (A3.4). It is one host
 * in one region, or in none that anybody named.
 */
import type { Fault } from '../errors/index.ts'
import { manifestsOf, type ManifestOf, type ParsedManifest } from './manifest.ts'
import { ownerOf } from './owner-of.ts'

/** As the platform was told; null where it was not. */
export type Region = string | null

type One = Pick<ParsedManifest, 'manifest' | 'locate'>

/** Regions that the agreement asks for, or stays within, and that this is not. */
export function checkRegions({ manifest, locate }: One, region: Region): readonly Fault[] {
  if (manifest.kind !== 'Agreement' || manifest.spec.places === undefined) return []
  const { mustRunIn, mayRunIn } = manifest.spec.places
  const must = mustRunIn.flatMap((wanted, index) => {
    if (wanted === region) return []
    const place = locate(['spec', 'places', 'mustRunIn', index])
    return [
      { message: `Instances must run in "${wanted}". ${isIn(region)}`, hint: hintFor(wanted, region), place },
    ]
  })
  const [first] = mayRunIn
  // What must run elsewhere is said already.
  if (must.length > 0 || first === undefined || (region !== null && mayRunIn.includes(region))) return must
  const allowed = mayRunIn.map((one) => `"${one}"`).join(' or ')
  const message = `Instances may run only in ${allowed}. ${isIn(region)}`
  return [{ message, hint: hintFor(first, region), place: locate(['spec', 'places', 'mayRunIn']) }]
}

const isIn = (region: Region): string =>
  region === null ? 'This platform was not told its region.' : `This platform is in "${region}" alone.`

const hintFor = (wanted: string, region: Region): string =>
  region === null
    ? `Start the server with --region ${wanted} if that is where it runs, or ask for no region.`
    : `Apply this to a platform in ${wanted}, or allow ${region}.`

/** An agreement that has the host for its owner alone, and a service of another owner on that host. */
interface SharedHost {
  readonly agreement: ParsedManifest & { readonly manifest: ManifestOf<'Agreement'> }
  readonly owner: string
  readonly other: ParsedManifest & { readonly manifest: ManifestOf<'Service'> }
}

function sharedHosts(all: readonly ParsedManifest[]): readonly SharedHost[] {
  const services = manifestsOf(all, 'Service')
  return manifestsOf(all, 'Agreement').flatMap((agreement) => {
    const owner = ownerOf(agreement, all)
    if (agreement.manifest.spec.places?.exclusive !== true || owner === null) return []
    return services
      .filter(({ manifest }) => manifest.metadata.owner !== owner)
      .map((other) => ({ agreement, owner, other }))
  })
}

export interface HostsChange {
  readonly before: readonly ParsedManifest[]
  readonly after: readonly ParsedManifest[]
  readonly wanted: readonly ParsedManifest[]
}

/** What was on one host before stays there, unless the agreement that forbids it is applied again. */
export function checkHosts({ before, after, wanted }: HostsChange): readonly Fault[] {
  const stood = new Set(sharedHosts(before).map(nameOfShared))
  return sharedHosts(after).flatMap((shared): readonly Fault[] => {
    const { agreement, other, owner } = shared
    if (wanted.includes(agreement)) return [otherOwners(agreement, other.manifest)]
    if (stood.has(nameOfShared(shared))) return []
    // The service that came, or the one that has another owner now.
    const about = agreement.manifest.spec.service
    const came = wanted.find((one) => one === other) ?? wanted.find((one) => isService(one, about))
    const place = came?.locate(['metadata', 'owner']) ?? {}
    const message = `Agreement "${agreement.manifest.metadata.name}" keeps this host for the services of owner "${owner}".`
    return [
      { message, hint: 'Apply this to another platform, or take exclusive out of that agreement.', place },
    ]
  })
}

const nameOfShared = ({ agreement, owner, other }: SharedHost): string =>
  [agreement.manifest.metadata.name, owner, other.manifest.metadata.name].join(' ')

const isService = ({ manifest }: ParsedManifest, name: string): boolean =>
  manifest.kind === 'Service' && manifest.metadata.name === name

/** Without the other service nobody is named: its name is none of an owner's business. */
export function otherOwners({ locate }: One, other: ManifestOf<'Service'> | null): Fault {
  const runs =
    other === null
      ? 'services of other owners run'
      : `service "${other.metadata.name}" of owner "${other.metadata.owner}" runs`
  return {
    message: `The host is to be for one owner, and ${runs} on it.`,
    hint: 'Apply this to another platform, or leave exclusive out.',
    place: locate(['spec', 'places', 'exclusive']),
  }
}

/** Whether the agreement has the host for its owner alone. */
export const wantsHostAlone = ({ manifest }: One): boolean =>
  manifest.kind === 'Agreement' && manifest.spec.places?.exclusive === true
