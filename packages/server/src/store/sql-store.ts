/** The store over a SQL database: the same queries for each engine, put together from the tables' functions. */
import {
  compactHealth,
  dropHealthConsumer,
  moveHealthConsumer,
  readHealthCells,
  readHealthConsumer,
  readHealthConsumers,
} from './health-table.ts'
import { dropKnownInstance, putKnownInstance, readKnownInstances } from './instance-table.ts'
import { appendEntries, readEntries, readHeads } from './journal-table.ts'
import { putKey, readKeyByHash, readKeys, revokeKey } from './key-table.ts'
import {
  applyManifests,
  deleteManifest,
  readManifest,
  readManifests,
  readManifestVersions,
  readStandingVersions,
} from './manifest-table.ts'
import { migrateToLatest } from './migrate.ts'
import { forgetPacing, putPacing, readPacing, readPacingChunks } from './pacing-table.ts'
import { pruneRecording, putRecording, readRecording } from './recording-table.ts'
import type { Database } from './schema.ts'
import {
  commitTick,
  forgetService,
  prunePoints,
  readPoints,
  readServiceRecords,
  readSourceStandings,
  readWindows,
} from './service-table.ts'
import type { Store } from './store.ts'

export type StoreEngine = 'sqlite' | 'postgres'

/** Takes over the database: disposing of the store closes it. */
export function createSqlStore(engine: StoreEngine, db: Database): Store {
  return {
    engine,
    migrate: () => migrateToLatest(db),

    manifests: (kind) => readManifests(db, kind),
    manifest: (ref) => readManifest(db, ref),
    manifestVersions: (ref) => readManifestVersions(db, ref),
    standingVersions: (kind) => readStandingVersions(db, kind),
    applyManifests: (writes, by, at, journal) => applyManifests(db, writes, { by, at }, journal),
    deleteManifest: (ref, at, journal) => deleteManifest(db, ref, at, journal),

    serviceRecords: () => readServiceRecords(db),
    commitTick: (commit) => commitTick(db, commit),
    sourceStandings: () => readSourceStandings(db),
    forgetService: (service) => forgetService(db, service),
    points: (service, from) => readPoints(db, service, from),
    prunePoints: (before) => prunePoints(db, before),

    putRecording: (blocks) => putRecording(db, blocks),
    recording: (query) => readRecording(db, query),
    pruneRecording: (before) => pruneRecording(db, before),

    healthCells: (query) => readHealthCells(db, query),
    compactHealth: (compaction) => compactHealth(db, compaction),
    healthConsumer: (service, name) => readHealthConsumer(db, service, name),
    healthConsumers: (service) => readHealthConsumers(db, service),
    moveHealthConsumer: (consumer, from) => moveHealthConsumer(db, consumer, from),
    dropHealthConsumer: (service, name) => dropHealthConsumer(db, service, name),

    putPacing: (kept, chunks) => putPacing(db, kept, chunks),
    pacing: (watch) => readPacing(db, watch),
    pacingChunks: (of, page) => readPacingChunks(db, of, page),
    forgetPacing: (watch) => forgetPacing(db, watch),

    knownInstances: (platform) => readKnownInstances(db, platform),
    putKnownInstance: (instance) => putKnownInstance(db, instance),
    dropKnownInstance: (id) => dropKnownInstance(db, id),

    appendJournal: (drafts) => db.transaction().execute((trx) => appendEntries(trx, drafts)),
    journal: (query) => readEntries(db, query),
    journalHeads: () => readHeads(db),
    windows: (service, from, to) => readWindows(db, service, from, to),

    putKey: (key) => putKey(db, key),
    keyByHash: (hash) => readKeyByHash(db, hash),
    keys: () => readKeys(db),
    revokeKey: (id, at) => revokeKey(db, id, at),

    [Symbol.asyncDispose]: () => db.destroy(),
  }
}
