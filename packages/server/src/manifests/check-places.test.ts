// Goal: what an agreement says of places is refused where this platform cannot follow it, each at its place.
// Method: the example shop, and a second shop of another owner beside it.
import { describe, expect, it } from 'vitest'
import { checkHosts, checkRegions } from './check-places.ts'
import type { ParsedManifest } from './manifest.ts'
import { readStored } from './read-manifests.ts'
import { changed, file, linesOf, manifestsIn, placeOf, shopFile, shopFiles } from './testing/shop.ts'
import type { SourceFile } from './text/parse-yaml.ts'
import { unmetPlaces } from './unmet-places.ts'

const service = shopFile('service.yaml')

const saying = (places: string) =>
  changed(shopFile('agreement.yaml'), '  remedies:', `  places: ${places}\n  remedies:`)

const regionFaults = (places: string, region: string | null): readonly string[] =>
  linesOf({ faults: manifestsIn(saying(places)).flatMap((one) => checkRegions(one, region)) }).map((line) =>
    line.replace(/^\S+ \| /, ''),
  )

describe('a region', () => {
  it('that is this one is followed, and so is none', () => {
    expect(regionFaults('{ mustRunIn: [north], mayRunIn: [north, south] }', 'north')).toEqual([])
    expect(regionFaults('{ mayRunIn: [south, north] }', 'north')).toEqual([])
    expect(regionFaults('{ instanceTypes: [small] }', null)).toEqual([])
  })

  it('that instances must run in and this is not is named, each at its place in the list', () => {
    expect(regionFaults('{ mustRunIn: [north, south, east] }', 'south')).toEqual([
      '/spec/places/mustRunIn/0 | Instances must run in "north". This platform is in "south" alone. | Apply this to a platform in north, or allow south.',
      '/spec/places/mustRunIn/2 | Instances must run in "east". This platform is in "south" alone. | Apply this to a platform in east, or allow south.',
    ])
  })

  it('outside of which instances may not run is named once, and only where nothing must be elsewhere', () => {
    expect(regionFaults('{ mayRunIn: [north, south] }', 'west')).toEqual([
      '/spec/places/mayRunIn | Instances may run only in "north" or "south". This platform is in "west" alone. | Apply this to a platform in north, or allow west.',
    ])
    expect(regionFaults('{ mustRunIn: [north], mayRunIn: [north] }', 'west')).toHaveLength(1)
  })

  it('is not followed by a platform that was told none', () => {
    expect(regionFaults('{ mayRunIn: [north] }', null)).toEqual([
      '/spec/places/mayRunIn | Instances may run only in "north". This platform was not told its region. | Start the server with --region north if that is where it runs, or ask for no region.',
    ])
  })
})

describe('a host for one owner', () => {
  const alone = saying('{ exclusive: true }')
  const another = file(
    'other.yaml',
    changed(
      changed(changed(service, 'name: shop,', 'name: other,'), '8080', '8081'),
      'owner: shop-team',
      'owner: others',
    ).text,
  )
  const stored = (...files: readonly SourceFile[]): readonly ParsedManifest[] =>
    files
      .flatMap((one) => manifestsIn(one))
      .flatMap(({ document }) => {
        const read = readStored(document, 1)
        return read.ok ? [read.value] : []
      })
  const faults = (
    before: readonly ParsedManifest[],
    wanted: readonly ParsedManifest[],
  ): readonly string[] => {
    const names = new Set(wanted.map(({ manifest: { kind, metadata } }) => `${kind} ${metadata.name}`))
    const kept = before.filter(({ manifest: { kind, metadata } }) => !names.has(`${kind} ${metadata.name}`))
    return linesOf({ faults: checkHosts({ before, after: [...kept, ...wanted], wanted }) })
  }

  it('is had where all services are of that owner', () => {
    const own = changed(another, 'owner: others', 'owner: shop-team')
    expect(faults(stored(...shopFiles(), own), manifestsIn(alone))).toEqual([])
  })

  it('is refused while a service of another owner runs there, at the word exclusive', () => {
    expect(faults(stored(service, another), manifestsIn(alone))).toEqual([
      `${placeOf(alone, 'true }')} | /spec/places/exclusive | The host is to be for one owner, and service "other" of owner "others" runs on it. | Apply this to another platform, or leave exclusive out.`,
    ])
  })

  it('refuses the service of another owner that comes, at its owner', () => {
    expect(faults(stored(service, alone), manifestsIn(another))).toEqual([
      `${placeOf(another, 'others }')} | /metadata/owner | Agreement "shop-standard" keeps this host for the services of owner "shop-team". | Apply this to another platform, or take exclusive out of that agreement.`,
    ])
  })

  it('refuses to hand a service over by which two owners would share it', () => {
    const own = changed(another, 'owner: others', 'owner: shop-team')
    const handed = changed(service, 'owner: shop-team', 'owner: others')
    expect(faults(stored(service, alone, own), manifestsIn(handed))).toEqual([
      `${placeOf(handed, 'others }')} | /metadata/owner | Agreement "shop-standard" keeps this host for the services of owner "others". | Apply this to another platform, or take exclusive out of that agreement.`,
    ])
  })

  it('that was shared already hinders no other change, but is not agreed to again', () => {
    const before = stored(service, alone, another)
    expect(faults(before, manifestsIn(changed(another, 'max: 10', 'max: 9')))).toEqual([])
    expect(faults(before, manifestsIn(alone))).toHaveLength(1)
  })
})

it('says of a stored agreement what is not followed, and names no other owner', () => {
  const [agreement] = manifestsIn(saying('{ mustRunIn: [north], exclusive: true }'))
  if (agreement === undefined) throw new Error('no agreement')
  expect(unmetPlaces(agreement, 'shop-team', { region: null, owners: ['shop-team', 'others'] })).toEqual([
    'Instances must run in "north". This platform was not told its region.',
    'The host is to be for one owner, and services of other owners run on it.',
  ])
  expect(unmetPlaces(agreement, 'shop-team', { region: 'north', owners: ['shop-team'] })).toEqual([])
})
