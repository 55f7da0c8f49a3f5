// Goal: at any time exactly the version counts that was applied last of those that have begun.
// Method: examples, and any sequence of applied versions against that sentence, by the core's own choice.
import { inForce } from '@holdfast/core/agreement'
import { epochMs, formatInstant, type EpochMs } from '@holdfast/core/units'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveServices } from './resolve.ts'
import { standingAgreements, type StoredVersion } from './standing-versions.ts'
import { changed, manifestsIn, shopFile } from './testing/shop.ts'

const HOUR_MS = 3_600_000
const BEGAN = Date.parse('2026-11-20T00:00:00Z')
const hour = (count: number): EpochMs => epochMs(BEGAN + count * HOUR_MS)

const service = shopFile('service.yaml')
const [agreement] = manifestsIn(shopFile('agreement.yaml'))

/** The example's agreement, applied at one hour, and from another on if it says so. */
function version(number: number, appliedAt: number, from: number | null): StoredVersion {
  const document = structuredClone(agreement?.document) as { spec: Record<string, unknown> }
  if (from !== null) document.spec['from'] = formatInstant(hour(from))
  return {
    name: 'shop-standard',
    version: number,
    document: JSON.stringify(document),
    appliedAt: hour(appliedAt),
  }
}

const numbers = (versions: readonly StoredVersion[], now: number): readonly number[] =>
  standingAgreements(versions, hour(now)).map((one) => one.version)

describe('the versions that stand', () => {
  it('are the one in force and those that begin later', () => {
    const versions = [version(1, 0, null), version(2, 1, null), version(3, 2, 24)]
    expect(numbers(versions, 2)).toEqual([2, 3])
    expect(numbers(versions, 24)).toEqual([3])
  })

  it('are without one that was to begin later, once another takes its place before', () => {
    expect(numbers([version(1, 0, null), version(2, 1, 24), version(3, 2, null)], 2)).toEqual([3])
    expect(numbers([version(1, 0, null), version(2, 1, 24), version(3, 2, 48)], 2)).toEqual([1, 2, 3])
  })

  it('are told from another agreement’s', () => {
    const other = { ...version(1, 0, null), name: 'other' }
    expect(numbers([other, version(1, 0, null), version(2, 0, 24)], 2)).toEqual([1, 1, 2])
  })

  it('are without one that cannot be read, which is reported; what nobody needs is not even read', () => {
    const broken = { ...version(2, 1, null), document: '{"kind":"Agreement"}' }
    const reported: number[] = []
    const read = (versions: readonly StoredVersion[]): readonly number[] =>
      standingAgreements(versions, hour(9), (one) => reported.push(one.version)).map((one) => one.version)
    expect(read([version(1, 0, null), broken])).toEqual([1])
    expect(reported).toEqual([2])
    expect(read([broken, version(3, 2, null)])).toEqual([3])
    expect(reported).toEqual([2])
  })

  it('give at any time the version applied last of those that have begun', () => {
    const applied = fc.array(fc.option(fc.integer({ min: 0, max: 40 }), { nil: null }), {
      minLength: 1,
      maxLength: 6,
    })
    fc.assert(
      fc.property(applied, fc.integer({ min: 6, max: 50 }), fc.nat({ max: 20 }), (beginnings, now, later) => {
        const versions = beginnings.map((from, index) => version(index + 1, index, from))
        const standing = standingAgreements(versions, hour(now))
        const resolved = resolveServices([...manifestsIn(service), ...standing])[0]?.agreements ?? []
        const at = now + later
        const begun = beginnings.flatMap((from, index) => {
          const begins = from ?? (index === 0 ? 0 : index)
          return begins <= at ? [index + 1] : []
        })
        expect(inForce(resolved, hour(at)).map((one) => one.version)).toEqual(begun.slice(-1))
      }),
      { numRuns: 200 },
    )
  })
})

it('resolves several versions of one agreement side by side, in the order of their versions', () => {
  const dearer = changed(shopFile('agreement.yaml'), 'flat: 10 EUR', 'flat: 2 EUR')
  const [now, next] = [manifestsIn(shopFile('agreement.yaml')), manifestsIn(dearer)]
  const later = next.map((one) => ({ ...one, version: 2, since: hour(5) }))
  const resolved = resolveServices([...later, ...now, ...manifestsIn(service)])[0]?.agreements
  expect(resolved?.map(({ version: number, from }) => [number, from])).toEqual([
    [0, null],
    [2, hour(5)],
  ])
})
