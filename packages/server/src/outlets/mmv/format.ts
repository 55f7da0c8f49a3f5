/**
 * Numbers of Performance Co-Pilot's memory mapped values, version 1, as its mmv(5) and mmv_dev.h name them. All sizes are
 * multiples of eight, so that every value can be read at once.
 */

export const HEADER_BYTES = 40
export const TOC_ENTRY_BYTES = 16
export const DOMAIN_BYTES = 32
export const INSTANCE_BYTES = 80
export const METRIC_BYTES = 104
export const VALUE_BYTES = 32
export const STRING_BYTES = 256
/** Of a metric or an instance, with the zero at its end. */
export const NAME_BYTES = 64

export const MAGIC = 'MMV'
export const VERSION = 1

/** Where in the header the second generation number stands; a file is valid while it equals the first. */
export const SECOND_GENERATION_AT = 16
/** Where in the header the process stands that writes. */
export const PROCESS_AT = 32

/** Tools show the file only as long as its process lives, and take a value that is not a number for none. */
export const FLAGS = 0b110

export const SECTION = { domains: 1, instances: 2, metrics: 3, values: 4, strings: 5 } as const
export const TYPE = { unsigned: 3, double: 5 } as const
/** A reading of the moment, neither a counter nor a setting. */
export const INSTANT = 3
export const NO_DOMAIN = 0xffff_ffff

interface Dimensions {
  readonly time: number
  readonly count: number
  readonly timeScale: number
}

/** Four bits each: the powers of space, time and count, then their scales; those of space are always 0 here. */
const unit = ({ time, count, timeScale }: Dimensions): number =>
  (((time & 0xf) << 24) | ((count & 0xf) << 20) | ((timeScale & 0xf) << 12)) >>> 0

const SECONDS = 3

export const UNITS = {
  none: unit({ time: 0, count: 0, timeScale: 0 }),
  count: unit({ time: 0, count: 1, timeScale: 0 }),
  seconds: unit({ time: 1, count: 0, timeScale: SECONDS }),
  perSecond: unit({ time: -1, count: 1, timeScale: SECONDS }),
} as const
