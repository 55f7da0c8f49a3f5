/**
 * The port to everything that must outlive the process. What was acknowledged is durable; what belongs
 * together is written in one transaction. SQLite and PostgreSQL pass the same contract suite.
 */
import type { MissedBy } from '@holdfast/core/agreement'
import type { DesiredInstance, Generation, JournalContent } from '@holdfast/core/control'
import type {
  AgreementName,
  EpochMs,
  InstanceId,
  LevelName,
  Ratio,
  ServiceName,
  WatchName,
} from '@holdfast/core/units'

export type ManifestKind =
  | 'Service'
  | 'Agreement'
  | 'Offer'
  | 'InstanceType'
  | 'Owner'
  | 'Source'
  | 'Rule'
  | 'Watch'

export interface StoredManifest {
  readonly kind: ManifestKind
  readonly name: string
  /** Whose it is; null for what belongs to the operator. */
  readonly owner: string | null
  /** Counts up with each change; a version once written never changes. */
  readonly version: number
  /** The validated document as JSON text. */
  readonly document: string
  readonly appliedAt: EpochMs
  readonly appliedBy: string
}

export interface ManifestWrite {
  readonly kind: ManifestKind
  readonly name: string
  readonly owner: string | null
  readonly document: string
}

export interface ManifestRef {
  readonly kind: ManifestKind
  readonly name: string
}

/** An entry before it has its place in the chain. */
export type JournalDraft = JournalContent

export interface JournalEntry extends JournalDraft {
  /** Place in the chain of its service, from 1, without gaps. */
  readonly sequence: number
  readonly previousHash: string
  readonly hash: string
}

/** The last place of a chain: what is known of it besides its entries, so that a missing end shows. */
export interface JournalHead {
  readonly service: ServiceName | null
  readonly sequence: number
  readonly hash: string
}

export interface JournalQuery {
  /** One service, null for the installation's own chain; without it all of them, by time. */
  readonly service?: ServiceName | null
  readonly kinds?: readonly JournalDraft['kind'][]
  /** The first instant that belongs to the answer. */
  readonly from?: EpochMs
  /** The first instant that no longer does. */
  readonly to?: EpochMs
  /** Sequence number to start after, in the order asked for; only together with `service`. */
  readonly after?: number
  readonly order: 'oldest-first' | 'newest-first'
  readonly limit: number
}

export interface WindowCount {
  readonly service: ServiceName
  readonly agreement: AgreementName
  readonly level: LevelName
  readonly from: EpochMs
  readonly to: EpochMs
  readonly met: number
  readonly missed: number
  /** For whose sake they were missed; null of windows that were recorded before that was kept. */
  readonly missedBy: MissedBy | null
  /** The share that the platform answers for, by which remedies are owed; null also where nothing is left of it. */
  readonly platformShare: Ratio | null
}

/** What a platform last knew of an instance, so that its successor finds it again. */
export interface KnownInstance {
  readonly id: InstanceId
  readonly platform: string
  readonly service: ServiceName
  /** JSON text that only the platform understands. */
  readonly record: string
  readonly updatedAt: EpochMs
}

export type Scope = 'operator' | 'owner' | 'ingest' | 'client'

export interface StoredKey {
  readonly id: string
  readonly name: string
  readonly scope: Scope
  readonly owner: string | null
  /** The secret's hash; the secret itself is never stored. */
  readonly hash: string
  readonly createdAt: EpochMs
  readonly expiresAt: EpochMs | null
  readonly revokedAt: EpochMs | null
}

export interface ServiceRecord {
  readonly service: ServiceName
  readonly generation: Generation
  readonly desired: readonly DesiredInstance[]
  /** The core's state as JSON text; null before the first tick. */
  readonly state: string | null
}

/** One tick's result, written whole or not at all. */
export interface TickCommit {
  readonly service: ServiceName
  /** The generation that the tick started from; another one in the store makes the commit stale. */
  readonly basedOn: Generation
  readonly generation: Generation
  readonly desired: readonly DesiredInstance[]
  readonly state: string
  readonly windows: readonly WindowCount[]
  readonly journal: readonly JournalDraft[]
  /** The point for charts as JSON text. */
  readonly point: string
  /** Stretches of ticks that have become complete; a stale commit does not store them either. */
  readonly recording: readonly RecordedBlock[]
  /** What the tick measured; empty where nothing was. */
  readonly health: readonly HealthCell[]
  /** What changed of where its sources stand, as JSON text that only they understand. */
  readonly sourceStanding: readonly StandingRow[]
  readonly at: EpochMs
}

export interface StandingRow {
  readonly row: string
  /** Null for a row that is no more. */
  readonly text: string | null
}

/** What was measured of a service in one tick, or in a longer cell of time. */
export interface HealthCell {
  readonly service: ServiceName
  /** 0 for what one tick measured. */
  readonly lengthMs: number
  /** An instant within it; of a longer cell where it begins. */
  readonly at: EpochMs
  /** JSON text that only health understands. */
  readonly tallies: string
}

export interface HealthCellQuery {
  readonly service?: ServiceName
  readonly lengthMs?: number
  readonly from?: EpochMs
  readonly before?: EpochMs
  readonly limit?: number
}

/** Puts longer cells in the place of all shorter ones of a length before an instant. */
export interface HealthCompaction {
  readonly service: ServiceName
  readonly lengthMs: number
  readonly before: EpochMs
  readonly into: readonly HealthCell[]
}

/** How far a named consumer has read. */
export interface HealthConsumer {
  readonly service: ServiceName
  readonly name: string
  readonly readUntil: EpochMs
  /** What it has read of the hour in which it stopped, as JSON text: later only the hour's sum is left. */
  readonly readOfHour: string
}

/** A stretch of a service's ticks, for replay: all that they were decided from. */
export interface RecordedBlock {
  readonly service: ServiceName
  /** When its first tick was. */
  readonly from: EpochMs
  /** When its last one was. */
  readonly to: EpochMs
  readonly ticks: number
  /** Whether it begins with the state at its first tick, so that it needs no block before it. */
  readonly checkpoint: boolean
  /** Its lines, which only the recording understands. */
  readonly lines: string
}

export interface RecordingQuery {
  readonly service: ServiceName
  readonly from: EpochMs
  /** The first instant that no longer belongs to the answer. */
  readonly to: EpochMs
  /** Only blocks that begin later; in place of looking for a checkpoint. */
  readonly after?: EpochMs
  readonly limit: number
}

/** Which server keeps what is known of a watch's clients. */
export interface PacingOf {
  readonly watch: WatchName
  readonly keeper: string
}

/** What one server learned of a watch's clients. */
export interface KeptPacing extends PacingOf {
  /** How its chunks are laid out, as text that only pacing understands. */
  readonly layout: string
  /** JSON text that only pacing understands. */
  readonly learned: string
  readonly at: EpochMs
}

/** Some thousand clients, as bytes that only pacing understands. */
export interface PacingChunk {
  readonly number: number
  readonly clients: Uint8Array
}

export interface StoredPoint {
  readonly at: EpochMs
  readonly point: string
}

export interface Store extends AsyncDisposable {
  /** "sqlite" or "postgres". */
  readonly engine: string
  /** Brings the schema up to date; safe to run by several processes at once. */
  migrate(): Promise<void>

  manifests(kind?: ManifestKind): Promise<readonly StoredManifest[]>
  manifest(ref: ManifestRef): Promise<StoredManifest | null>
  /** Oldest first, also of a manifest that was deleted; one that comes again goes on counting. */
  manifestVersions(ref: ManifestRef): Promise<readonly StoredManifest[]>
  /**
   * Of those that there are, each version since it began, by name and oldest first: what was in force before the
   * newest, and still is where that one begins later. What came before a deletion is not among them.
   */
  standingVersions(kind: ManifestKind): Promise<readonly StoredManifest[]>
  /**
   * Writes those that differ from what is stored, with the journal entries, in one transaction; returns what
   * is now stored, in the order of the writes. When none differs nothing is written, no entry either.
   */
  applyManifests(
    writes: readonly ManifestWrite[],
    by: string,
    at: EpochMs,
    journal: readonly JournalDraft[],
  ): Promise<readonly StoredManifest[]>
  /** False when there was none: then nothing was written. */
  deleteManifest(ref: ManifestRef, at: EpochMs, journal: readonly JournalDraft[]): Promise<boolean>

  serviceRecords(): Promise<readonly ServiceRecord[]>
  /** The entries with their places in the chain; null when the commit was stale: then nothing was written. */
  commitTick(commit: TickCommit): Promise<readonly JournalEntry[] | null>
  /** What the sources of services stood at with their last ticks, by the service, row by row. */
  sourceStandings(): Promise<ReadonlyMap<ServiceName, ReadonlyMap<string, string>>>
  /** Drops what is desired, state, windows, points, what sources stand at, and health with its consumers. Generation, known instances, journal and recording stay. */
  forgetService(service: ServiceName): Promise<void>
  points(service: ServiceName, from: EpochMs): Promise<readonly StoredPoint[]>
  prunePoints(before: EpochMs): Promise<void>

  /** Blocks that no tick is left to commit; one that begins where another did takes its place. */
  putRecording(blocks: readonly RecordedBlock[]): Promise<void>
  /**
   * The blocks that hold ticks of the half-open span, oldest first, and before them those that lead there from
   * the nearest checkpoint at or before it.
   */
  recording(query: RecordingQuery): Promise<readonly RecordedBlock[]>
  /** Drops blocks whose last tick was before. */
  pruneRecording(before: EpochMs): Promise<void>

  /** By time, the oldest first. */
  healthCells(query: HealthCellQuery): Promise<readonly HealthCell[]>
  /** In one transaction; without longer cells the shorter ones are dropped. */
  compactHealth(compaction: HealthCompaction): Promise<void>
  healthConsumer(service: ServiceName, name: string): Promise<HealthConsumer | null>
  /** By name. */
  healthConsumers(service: ServiceName): Promise<readonly HealthConsumer[]>
  /** From where it stood, null for a new one; false when it stands elsewhere by now: then nothing was written. */
  moveHealthConsumer(consumer: HealthConsumer, from: EpochMs | null): Promise<boolean>
  /** False when there was none. */
  dropHealthConsumer(service: ServiceName, name: string): Promise<boolean>

  /** In one transaction; where the layout is another one, in the place of all chunks that there were. */
  putPacing(kept: KeptPacing, chunks: readonly PacingChunk[]): Promise<void>
  /** What each server learned, by its name. */
  pacing(watch: WatchName): Promise<readonly KeptPacing[]>
  /** By number. */
  pacingChunks(
    of: PacingOf,
    page: { readonly from: number; readonly limit: number },
  ): Promise<readonly PacingChunk[]>
  forgetPacing(watch: WatchName): Promise<void>

  knownInstances(platform: string): Promise<readonly KnownInstance[]>
  putKnownInstance(instance: KnownInstance): Promise<void>
  dropKnownInstance(id: InstanceId): Promise<void>

  appendJournal(drafts: readonly JournalDraft[]): Promise<readonly JournalEntry[]>
  journal(query: JournalQuery): Promise<readonly JournalEntry[]>
  /** One for each chain that has entries, the installation's own first. */
  journalHeads(): Promise<readonly JournalHead[]>
  /** Those that share any time with the half-open span, oldest first. */
  windows(service: ServiceName, from: EpochMs, to: EpochMs): Promise<readonly WindowCount[]>

  putKey(key: StoredKey): Promise<void>
  keyByHash(hash: string): Promise<StoredKey | null>
  keys(): Promise<readonly StoredKey[]>
  /** False when there is none that was not revoked before. */
  revokeKey(id: string, at: EpochMs): Promise<boolean>
}
