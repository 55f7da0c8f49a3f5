/** Says, when a server starts, what stored agreements say of places and this platform does not follow. */
import type { EpochMs } from '@holdfast/core/units'
import type { Logger } from 'pino'
import { standingAgreements, unmetPlaces, type Region } from '../../manifests/index.ts'
import type { Store } from '../../store/store.ts'

export interface UnmetPlace {
  readonly agreement: string
  readonly says: string
}

interface Start {
  readonly store: Pick<Store, 'manifests' | 'standingVersions'>
  readonly region: Region
  readonly now: EpochMs
  readonly log: Pick<Logger, 'warn'>
}

export async function reportUnmetPlaces({ store, region, now, log }: Start): Promise<readonly UnmetPlace[]> {
  const versions = await store.standingVersions('Agreement')
  const owners = (await store.manifests('Service')).map(({ owner }) => owner)
  const found = standingAgreements(versions, now).flatMap((one): readonly UnmetPlace[] => {
    const agreement = one.manifest.metadata.name
    const owner = versions.findLast(({ name }) => name === agreement)?.owner ?? null
    return unmetPlaces(one, owner, { region, owners }).map((says) => ({ agreement, says }))
  })
  // Two versions that stand may say the same.
  const unmet = [...new Map(found.map((one) => [`${one.agreement} ${one.says}`, one])).values()]
  for (const { agreement, says } of unmet)
    log.warn({ agreement, region }, `${says} Its service is kept as it is.`)
  return unmet
}
