/**
 * Finds the version of each agreement that counts at an instant (A3.7): the latest of those that have begun.
 * What was signed for later stands beside it and changes nothing yet.
 */
import type { AgreementName, EpochMs } from '../units/index.ts'
import type { Agreement } from './agreement.ts'

export function inForce(versions: readonly Agreement[], at: EpochMs): readonly Agreement[] {
  const begun = versions.filter(({ from }) => from === null || from <= at)
  if (begun.length < 2) return begun
  const latest = new Map<AgreementName, Agreement>()
  for (const version of begun) {
    const known = latest.get(version.name)
    if (known === undefined || isLater(version, known)) latest.set(version.name, version)
  }
  return [...latest.values()]
}

/** By when it begins; of those that begin at once the one that was signed last. */
function isLater(a: Agreement, b: Agreement): boolean {
  const [from, than] = [a.from ?? -Infinity, b.from ?? -Infinity]
  return from === than ? a.version > b.version : from > than
}
