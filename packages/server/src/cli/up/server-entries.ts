/** Journal entries about the server itself: who looks back must see when nobody was in control. */
import { canonicalJson } from '@holdfast/core/control'
import type { EpochMs } from '@holdfast/core/units'
import type { JournalDraft } from '../../store/store.ts'

export function serverStarted(
  { version, region }: { readonly version: string; readonly region: string | null },
  takenOver: number,
  at: EpochMs,
): JournalDraft {
  const instances =
    takenOver === 0 ? 'no instance ran' : `${takenOver} instances that ran before were taken over`
  return entry(at, {
    event: 'server-started',
    version,
    takenOver,
    ...(region === null ? {} : { region }),
    says: `Holdfast ${version} started${region === null ? '' : ` in region ${region}`}; ${instances}.`,
  })
}

export function serverStopped(version: string, at: EpochMs): JournalDraft {
  return entry(at, {
    event: 'server-stopped',
    version,
    says: `Holdfast ${version} stopped in order; its instances have ended.`,
  })
}

const entry = (at: EpochMs, body: Readonly<Record<string, string | number>>): JournalDraft => ({
  service: null,
  at,
  kind: 'event',
  actor: 'server',
  body: canonicalJson(body),
})
