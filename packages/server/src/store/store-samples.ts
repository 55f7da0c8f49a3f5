/** Small valid values for the tests of whatever uses a store. */
import { canonicalJson } from '@holdfast/core/control'
import type { DesiredInstance, Generation } from '@holdfast/core/control'
import { epochMs, parseName, ratio } from '@holdfast/core/units'
import type {
  AgreementName,
  EpochMs,
  InstanceId,
  InstanceTypeName,
  LevelName,
  Name,
  PartName,
  ServiceName,
} from '@holdfast/core/units'
import type { HealthCell, JournalDraft, RecordedBlock, StoredKey, TickCommit, WindowCount } from './store.ts'

const HOUR_MS = 3_600_000

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- callers say which name it is
export function named<Kind extends Name>(text: string): Kind {
  const parsed = parseName<Kind>(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.value
}

export function desiredInstance(id: string): DesiredInstance {
  return {
    id: named<InstanceId>(id),
    part: named<PartName>('interface'),
    instanceType: named<InstanceTypeName>('small'),
    revision: 'r1',
  }
}

/** One that follows on a generation, with an instance, and without windows and entries. */
export function tick(service: ServiceName, basedOn: Generation, at: EpochMs): TickCommit {
  return {
    service,
    basedOn,
    generation: basedOn + 1,
    desired: [desiredInstance(`${service}-1`)],
    state: canonicalJson({ basedOn }),
    windows: [],
    journal: [],
    point: canonicalJson({ at }),
    recording: [],
    health: [],
    sourceStanding: [],
    at,
  }
}

/** Every second miss is for the sake of the load. */
export function windowCount(service: ServiceName, from: EpochMs, met: number, missed: number): WindowCount {
  const load = Math.floor(missed / 2)
  const left = met + missed - load
  return {
    service,
    agreement: named<AgreementName>('gold'),
    level: named<LevelName>('quick'),
    from,
    to: epochMs(from + HOUR_MS),
    met,
    missed,
    missedBy: missed === 0 ? {} : load === 0 ? { platform: missed } : { load, platform: missed - load },
    platformShare: left === 0 ? null : ratio(met / left),
  }
}

export const healthCell = (service: ServiceName, at: EpochMs, lengthMs: number = 0): HealthCell => ({
  service,
  lengthMs,
  at,
  tallies: `tallies of ${at}`,
})

/** A minute of thirty ticks. */
export function recordedBlock(service: ServiceName, from: EpochMs, checkpoint = false): RecordedBlock {
  return { service, from, to: epochMs(from + 58_000), ticks: 30, checkpoint, lines: `lines of ${from}` }
}

export function draft(service: ServiceName | null, number: number): JournalDraft {
  return {
    service,
    at: epochMs(1_800_000_000_000 + number),
    kind: 'event',
    actor: 'loop',
    body: canonicalJson({ number }),
  }
}

export function key(id: string, createdAt: EpochMs): StoredKey {
  return {
    id,
    name: `key ${id}`,
    scope: 'operator',
    owner: null,
    hash: `hash-of-${id}`,
    createdAt,
    expiresAt: null,
    revokedAt: null,
  }
}
