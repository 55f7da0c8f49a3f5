/**
 * What sources told of a service in the last hour, reading by reading, so that a rule can be tried on it before it is
 * applied. In memory alone and bounded by bytes: where there is too much, the oldest goes first.
 */
import {
  distributionJson,
  distributionOfJson,
  type DistributionJson,
  type JoinedReading,
} from '@holdfast/core/health'
import type { EpochMs } from '@holdfast/core/units'

export interface History {
  add(readings: readonly JoinedReading[], now: EpochMs): void
  /** Those that end in [from, to), tick by tick, the earliest first. */
  between(from: EpochMs, to: EpochMs): readonly (readonly JoinedReading[])[]
  /** Since when nothing is missing; null where nothing was told yet. */
  since(): EpochMs | null
  /** About what it takes in memory. */
  bytes(): number
}

const KEPT_MS = 3_600_000
const MAX_BYTES = 33_554_432

/** As measured: a reading, and what is kept of each limit that it was counted over. */
const READING_BYTES = 256
const OVER_BYTES = 48
const NUMBER_BYTES = 8

interface Kept {
  readonly reading: JoinedReading
  /** Only the buckets that hold anything; null where it has none. */
  readonly distribution: DistributionJson | null
}

/** One for each tick in which anything was told. */
interface Tick {
  readonly at: EpochMs
  readonly kept: readonly Kept[]
  readonly bytes: number
}

export function createHistory(maxBytes: number = MAX_BYTES): History {
  const ticks: Tick[] = []
  let held = 0
  return {
    add(readings, now) {
      if (readings.length > 0) {
        const kept = readings.map(packed)
        const bytes = kept.reduce((sum, one) => sum + bytesOf(one), 0)
        ticks.push({ at: now, kept, bytes })
        held += bytes
      }
      while (ticks.length > 0 && (held > maxBytes || now - (ticks[0]?.at ?? now) > KEPT_MS))
        held -= ticks.shift()?.bytes ?? 0
    },
    between: (from, to) =>
      ticks
        .map(({ kept }) => kept.filter(({ reading }) => reading.to >= from && reading.to < to))
        .filter((kept) => kept.length > 0)
        .map((kept) => kept.map(unpacked)),
    since: () => ticks[0]?.at ?? null,
    bytes: () => held,
  }
}

const packed = (reading: JoinedReading): Kept =>
  reading.distribution === null
    ? { reading, distribution: null }
    : { reading: { ...reading, distribution: null }, distribution: distributionJson(reading.distribution) }

const unpacked = ({ reading, distribution }: Kept): JoinedReading =>
  distribution === null ? reading : { ...reading, distribution: distributionOfJson(distribution) }

const bytesOf = ({ reading: { overs }, distribution }: Kept): number =>
  READING_BYTES + OVER_BYTES * overs.size + NUMBER_BYTES * (distribution?.length ?? 0)
