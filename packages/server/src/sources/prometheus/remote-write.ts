/**
 * Takes in what a Prometheus pushes (remote write 1.0): each series goes to the service that its labels name. Series
 * are known again by the bytes of their labels. It answers for no request but with what came of it, keeps no more than
 * its limits say, and throws nothing.
 */
import { createByteTable, NO_ENTRY, NO_SERIES } from '@holdfast/core/health'
import { branded, type EpochMs, type SourceName } from '@holdfast/core/units'
import type { Intake, Intakes } from '../intake.ts'
import { PART_LABEL, placeOf, SERVICE_LABEL, type Place } from './placing.ts'
import { familyNameOf, kindOf, roleOf, unitOf, type Family, type FamilyType, type Role } from './roles.ts'
import { unpackSnappy } from './snappy.ts'
import { MAX_SERIES_BYTES } from './text-reader.ts'
import { readLabels, readWriteRequest, type WriteVisitor } from './write-request.ts'

export interface RemoteWrite {
  /** A request's body as it came. What was read before it turned out to be malformed stands. */
  take(packed: Uint8Array, now: EpochMs): Taken
}

export type Taken =
  | {
      readonly ok: true
      /** Samples that went to a service. */
      readonly taken: number
      /** Samples of series that belong to no service. */
      readonly unplaced: number
      /** The labels of one of those. */
      readonly example: Readonly<Record<string, string>> | null
    }
  | { readonly ok: false; readonly kind: 'malformed' | 'too-large' }

/** Of a request; Prometheus sends some hundred kilobytes. */
export const MAX_PACKED_WRITE_BYTES = 8_388_608
const MAX_BYTES = 33_554_432
const KNOWN = { maxEntries: 500_000, maxBytes: 134_217_728 }
const MAX_FAMILIES = 20_000
/** So many series of one request that found no room; others that are new in it are only counted. */
const MAX_REFUSED = 1_000

/** The source that its series are of. */
const REMOTE_WRITE: SourceName = branded('remote-write')

const TYPES: readonly FamilyType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
]

const ROLES: readonly Role[] = ['counter', 'gauge', 'quantile']
const [COUNTER, QUANTILE] = [0, 2] as const

/** In the place of a series: it belongs to nobody, there is no room for it, or it has ended. */
const [UNPLACED, REFUSED, ENDED] = [-1, -2, -3] as const

/** What a handle is for, with the sink's epoch in which it is one. */
interface KnownPlace extends Place {
  epoch: number
}

const MAX_PLACES = 10_000

export const createRemoteWrite = (intakes: Intakes): RemoteWrite => new Receiver(intakes)

class Receiver implements RemoteWrite, WriteVisitor {
  readonly #intakes: Intakes
  /** Of the bytes of labels: the number of their place. */
  readonly #known = createByteTable(KNOWN)
  /** By entry: a handle and what is read into it, as one number. */
  #series = new Int32Array(64)
  #places: KnownPlace[] = []
  readonly #numbers = new Map<string, number>()
  readonly #families = new Map<string, FamilyType>()
  #now = 0
  #taken = 0
  #unplaced = 0
  #refused = 0
  #example: Readonly<Record<string, string>> | null = null
  readonly #arrived = new Set<Intake>()
  /** Of the series that is read. */
  #entry = NO_ENTRY
  #place: KnownPlace | null = null
  #role = 0

  constructor(intakes: Intakes) {
    this.#intakes = intakes
  }

  take(packed: Uint8Array, now: EpochMs): Taken {
    const unpacked = unpackSnappy(packed, MAX_BYTES)
    if (!unpacked.ok) return unpacked
    this.#now = now
    this.#taken = 0
    this.#unplaced = 0
    this.#refused = 0
    this.#example = null
    if (!this.#places.every((place) => this.#stands(place))) this.#forget()
    const isWhole = readWriteRequest(unpacked.bytes, this)
    for (const intake of this.#arrived) intake.arrived(now)
    this.#arrived.clear()
    if (!isWhole) return { ok: false, kind: 'malformed' }
    return { ok: true, taken: this.#taken, unplaced: this.#unplaced, example: this.#example }
  }

  series(bytes: Uint8Array, start: number, end: number): number {
    this.#entry = this.#known.find(bytes, start, end)
    const packed = this.#entry === NO_ENTRY ? ENDED : (this.#series[this.#entry] ?? ENDED)
    if (packed === ENDED) return this.#open(bytes, start, end)
    this.#place = this.#places[this.#known.valueOf(this.#entry)] ?? null
    this.#role = packed & 3
    return packed >> 2
  }

  sample(handle: number, value: number, toldAt: number): void {
    const intake = this.#place?.intake
    if (handle === UNPLACED || intake === undefined) {
      this.#unplaced += 1
      return
    }
    this.#taken += 1
    this.#arrived.add(intake)
    if (handle === REFUSED) return
    // A clock that is ahead of ours tells of now.
    const at = Math.min(toldAt, this.#now)
    if (this.#role === COUNTER) intake.sink.counter(handle, value, at)
    else if (this.#role !== QUANTILE || !Number.isNaN(value)) intake.sink.gauge(handle, value, at)
  }

  ended(handle: number): void {
    const place = this.#place
    if (handle < 0 || place === null) return
    this.#taken += 1
    place.intake.sink.end(handle)
    // It is this one that was let go, and no other.
    place.epoch = place.intake.sink.epoch()
    if (this.#entry !== NO_ENTRY) this.#series[this.#entry] = ENDED
  }

  histogram(): void {
    this.#unplaced += 1
  }

  metadata(family: string, type: number): void {
    if (this.#families.size < MAX_FAMILIES || this.#families.has(family))
      this.#families.set(family, TYPES[type] ?? 'unknown')
  }

  #open(bytes: Uint8Array, start: number, end: number): number {
    const labels = end - start > MAX_SERIES_BYTES ? null : readLabels(bytes, start, end)
    const name = labels?.get('__name__')
    const place = labels === null ? null : placeOf(labels, this.#intakes, REMOTE_WRITE)
    const number = place === null ? NO_ENTRY : this.#numberOf(place)
    this.#place = this.#places[number] ?? null
    if (labels === null || name === undefined || this.#place === null) {
      this.#example ??= Object.fromEntries(labels ?? [])
      return UNPLACED
    }
    const { sink } = this.#place.intake
    if (this.#refused >= MAX_REFUSED) {
      sink.fault('too-many-series')
      return REFUSED
    }
    const role = roleIn(name, labels, this.#familyOf(name))
    for (const label of ['__name__', SERVICE_LABEL, PART_LABEL]) labels.delete(label)
    const handle = sink.open({
      about: { part: this.#place.part, instance: null },
      name,
      labels: Object.fromEntries(labels),
      kind: kindOf(role),
      unit: unitOf(name),
    })
    if (handle === NO_SERIES) {
      this.#refused += 1
      return REFUSED
    }
    this.#role = ROLES.indexOf(role)
    this.#keep(this.#known.set(bytes, start, end, number), handle * 4 + this.#role)
    return handle
  }

  #keep(entry: number, packed: number): void {
    this.#entry = entry
    if (entry === NO_ENTRY) return
    if (entry >= this.#series.length) {
      const series = new Int32Array(this.#series.length * 2)
      series.set(this.#series)
      this.#series = series
    }
    this.#series[entry] = packed
  }

  #numberOf(place: Place): number {
    const key = `${place.intake.service}/${place.part ?? ''}`
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    if (this.#places.length >= MAX_PLACES) return NO_ENTRY
    this.#numbers.set(key, this.#places.length)
    return this.#places.push({ ...place, epoch: place.intake.sink.epoch() }) - 1
  }

  #familyOf(name: string): Family {
    for (const family of [name, familyNameOf(name)]) {
      const type = this.#families.get(family)
      if (type !== undefined) return { name: family, type }
    }
    return { name, type: 'unknown' }
  }

  #stands({ intake, part, epoch }: KnownPlace): boolean {
    const now = this.#intakes.of(intake.service, REMOTE_WRITE)
    return (
      now?.sink === intake.sink && epoch === now.sink.epoch() && (part === null || now.part(part) === part)
    )
  }

  #forget(): void {
    this.#known.clear()
    this.#series.fill(ENDED)
    this.#places = []
    this.#numbers.clear()
  }
}

function roleIn(name: string, labels: ReadonlyMap<string, string>, family: Family): Role {
  const role = roleOf(name, family)
  if (role === 'created') return 'gauge'
  return role === 'gauge' && labels.has('quantile') ? 'quantile' : role
}
