/**
 * Warns of promises that planning will give up for money, when they are applied: later nobody would know why a
 * level is not kept. What cannot be quoted is not warned of. Pure.
 */
import { quote } from '@holdfast/core/quote'
import { formatMoney, type EpochMs } from '@holdfast/core/units'
import { resolveServices, type ParsedManifest } from '../../manifests/index.ts'
import type { ApplyWarning } from '../api.ts'
import type { PlannedChange } from './plan-changes.ts'

/** Each is quoted in some hundredths of a second, during which the server does nothing else. */
const MOST_QUOTED = 20

export function promiseWarnings(
  changes: readonly PlannedChange[],
  all: readonly ParsedManifest[],
  now: EpochMs,
): readonly ApplyWarning[] {
  const changed = changes.filter(({ kind, action }) => kind === 'Agreement' && action !== 'unchanged')
  // What is wanted stands behind what is stored, and counts in its place.
  const newest = [
    ...new Map(all.map((one) => [`${one.manifest.kind} ${one.manifest.metadata.name}`, one])).values(),
  ]
  const resolved = new Map(resolveServices(newest).map((one) => [String(one.service.name), one]))
  return changed.slice(0, MOST_QUOTED).flatMap(({ name, service: about }): readonly ApplyWarning[] => {
    const of = about === null ? undefined : resolved.get(about)
    const agreements = (of?.agreements ?? []).filter((one) => one.name === name)
    if (of === undefined || agreements.length === 0) return []
    const { service } = of
    const quoted = quote({ service, agreements, overheadMs: 0, measuredMs: {}, load: null, at: now })
    if (!quoted.ok) return []
    return quoted.value.terms.flatMap(({ entry, givenUp }) =>
      givenUp === null
        ? []
        : [
            {
              agreement: name,
              entry,
              savedPerMonth: formatMoney(givenUp.savedPerMonth),
              owedPerMonth: formatMoney(givenUp.owedPerMonth),
              pricePerMonth: formatMoney(givenUp.pricePerMonth),
              says: givenUp.says,
            },
          ],
    )
  })
}
