/**
 * The tables as kysely sees them, the same on both engines. Instants and counts are 64-bit integers that
 * arrive as safe JavaScript integers; documents, states and bodies are text and not a JSON type, because
 * an engine's JSON type may change the bytes, and the journal's hashes are over bytes.
 */
import type { Generation } from '@holdfast/core/control'
import type {
  AgreementName,
  EpochMs,
  InstanceId,
  LevelName,
  Ratio,
  ServiceName,
  WatchName,
} from '@holdfast/core/units'
import type { Kysely } from 'kysely'
import type { JournalDraft, ManifestKind, Scope } from './store.ts'

/** Which version of a manifest counts at present. The row stays when the manifest is deleted, so that its versions go on counting. */
interface ManifestTable {
  readonly kind: ManifestKind
  readonly name: string
  readonly version: number
  readonly deleted_at_ms: EpochMs | null
  /** The version with which it began, the first or the first after it was deleted; none before it counts. */
  readonly first_version: number
}

/** Every version that ever was; rows are never changed. */
interface ManifestVersionTable {
  readonly kind: ManifestKind
  readonly name: string
  readonly version: number
  readonly owner: string | null
  readonly document: string
  readonly applied_at_ms: EpochMs
  readonly applied_by: string
}

interface ServiceRecordTable {
  readonly service: ServiceName
  readonly generation: Generation
  readonly desired: string
  readonly state: string | null
}

interface WindowCountTable {
  readonly service: ServiceName
  readonly agreement: AgreementName
  readonly level: LevelName
  readonly from_ms: EpochMs
  readonly to_ms: EpochMs
  readonly met: number
  readonly missed: number
  /** JSON text; null in rows from before it was kept. */
  readonly missed_by: string | null
  readonly platform_share: Ratio | null
}

interface TickPointTable {
  readonly service: ServiceName
  readonly at_ms: EpochMs
  readonly point: string
}

interface SourceStandingRowTable {
  readonly service: ServiceName
  readonly row: string
  readonly text: string
}

interface RecordingTable {
  readonly service: ServiceName
  readonly from_ms: EpochMs
  readonly to_ms: EpochMs
  readonly ticks: number
  /** 1 where the block begins with a checkpoint, else 0: one engine has no booleans. */
  readonly checkpoint: number
  readonly lines: string
}

interface HealthCellTable {
  readonly service: ServiceName
  /** 0 for what one tick measured. */
  readonly length_ms: number
  readonly at_ms: EpochMs
  readonly tallies: string
}

interface HealthConsumerTable {
  readonly service: ServiceName
  readonly name: string
  readonly read_until_ms: EpochMs
  readonly read_of_hour: string
}

interface KnownInstanceTable {
  readonly id: InstanceId
  readonly platform: string
  readonly service: ServiceName
  readonly record: string
  readonly updated_at_ms: EpochMs
}

/** The last place of each chain; whoever appends holds its row until the commit. */
interface JournalChainTable {
  readonly service: ChainKey
  readonly sequence: number
  readonly hash: string
}

interface JournalEntryTable {
  readonly service: ChainKey
  readonly sequence: number
  readonly at_ms: EpochMs
  readonly kind: JournalDraft['kind']
  readonly actor: string
  readonly body: string
  readonly previous_hash: string
  readonly hash: string
}

interface PacingTable {
  readonly watch: WatchName
  readonly keeper: string
  readonly layout: string
  readonly learned: string
  readonly at_ms: EpochMs
}

interface PacingChunkTable {
  readonly watch: WatchName
  readonly keeper: string
  readonly number: number
  readonly clients: Uint8Array
}

interface ApiKeyTable {
  readonly id: string
  readonly name: string
  readonly scope: Scope
  readonly owner: string | null
  readonly hash: string
  readonly created_at_ms: EpochMs
  readonly expires_at_ms: EpochMs | null
  readonly revoked_at_ms: EpochMs | null
}

export interface Tables {
  readonly manifest: ManifestTable
  readonly manifest_version: ManifestVersionTable
  readonly service_record: ServiceRecordTable
  readonly window_count: WindowCountTable
  readonly tick_point: TickPointTable
  readonly recording: RecordingTable
  readonly health_cell: HealthCellTable
  readonly health_consumer: HealthConsumerTable
  readonly source_standing_row: SourceStandingRowTable
  readonly known_instance: KnownInstanceTable
  readonly journal_chain: JournalChainTable
  readonly journal_entry: JournalEntryTable
  readonly pacing: PacingTable
  readonly pacing_chunk: PacingChunkTable
  readonly api_key: ApiKeyTable
}

/** A connection or a transaction: the tables' functions work with both. */
export type Database = Kysely<Tables>

/** A service, or '' for the installation's own chain: part of a primary key, which no engine wants null. */
export type ChainKey = ServiceName | ''

/** Rows in one INSERT: times the widest table's nine columns it stays far below SQLite's 32 766 parameters. */
const ROWS_PER_INSERT = 500

export function* insertBatches<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    yield rows.slice(start, start + ROWS_PER_INSERT)
  }
}
