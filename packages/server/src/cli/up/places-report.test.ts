// Goal: a server that was started elsewhere says which stored agreements it does not follow, once each.
// Method: a real store in memory, and a log that keeps what is written.
import { epochMs } from '@holdfast/core/units'
import { expect, it } from 'vitest'
import { agreementText } from '../../http/testing/test-manifests.ts'
import { readManifests } from '../../manifests/index.ts'
import { openStore } from '../../store/open-store.ts'
import { reportUnmetPlaces } from './places-report.ts'

const now = epochMs(Date.UTC(2026, 10, 27, 9))

it('warns of each agreement for another region, and of none for this one', async () => {
  await using store = await openStore(':memory:')
  await store.migrate()
  const stored = ['red', 'blue'].map((owner) => {
    const region = owner === 'red' ? 'south' : 'north'
    const text = agreementText(owner).replace('  levels:', `  places: { mustRunIn: [${region}] }\n  levels:`)
    const read = readManifests([{ name: 'a.yaml', directory: '/', text }])
    if (!read.ok) throw new Error(read.error.detail)
    const document = JSON.stringify(read.value[0]?.document)
    return { kind: 'Agreement', name: `${owner}-gold`, owner, document } as const
  })
  await store.applyManifests(stored, 'operator', now, [])
  const logged: unknown[] = []
  const log = { warn: (...line: readonly unknown[]) => void logged.push(line) }
  const says = 'Instances must run in "south". This platform is in "north" alone.'
  expect(await reportUnmetPlaces({ store, region: 'north', now, log })).toEqual([
    { agreement: 'red-gold', says },
  ])
  expect(logged).toEqual([
    [{ agreement: 'red-gold', region: 'north' }, `${says} Its service is kept as it is.`],
  ])
})
