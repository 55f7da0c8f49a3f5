/** What one sender may ask for; each with its reason in docs/guides/opentelemetry.md. */

/** As it comes: what gRPC takes by default, and far above what exporters send at once. */
export const PACKED_BYTES = 4_194_304
export const UNPACKED_BYTES = 67_108_864
/** JSON is read at once and takes several times its size. */
export const JSON_BYTES = 16_777_216

/** Requests of which the body is there or on its way, of all senders and of one key. */
export const REQUESTS = 64
export const REQUESTS_OF_A_KEY = 16
/** Taken in at once, of all senders; of one key there is one at a time. */
export const TAKEN_AT_ONCE = 2
/** After this a sender that was told to wait may try again. */
export const RETRY_SECONDS = 2

/** A message is there within this time, however slowly it trickles. */
export const RECEIVE_MS = 15_000
export const CONNECTIONS = 512

/** Data points or spans that are taken in before others get their turn. */
export const POINTS_AT_A_TURN = 8_192

/** A clock ahead by more is not believed. */
export const AHEAD_MS = 300_000
/** Spans that ended longer ago belong to a time that is settled. */
export const SPAN_LATE_MS = 60_000

export const MAX_ATTRIBUTES = 64
export const MAX_ATTRIBUTE_BYTES = 8_192
export const MAX_BOUNDS = 256
export const MAX_BUCKETS = 8_192
/** Of exponential histograms; the specification's own range. */
export const LEAST_SCALE = -10
export const GREATEST_SCALE = 20

/** Kept of a service to know its series again: sets of attributes, processes, metrics of each, and handles of all. */
export const CACHED_ATTRIBUTES = 65_536
export const CACHED_ATTRIBUTE_BYTES = 8_388_608
export const CACHED_PRODUCERS = 1_000
export const CACHED_METRICS = 2_000
export const CACHED_SERIES = 200_000
/** What is full is emptied no oftener. */
export const EMPTIED_MS = 60_000

/** After so many series that found no room one request opens no more. */
export const MAX_REFUSED_SERIES = 1_000

/** Operations of a service that are told apart; names that hold an identifier have no end. */
export const MAX_OPERATIONS = 200
export const MAX_OPERATION_LENGTH = 120
export const MAX_SPAN_SERIES = 2_000
/** More attributes of one span are not looked at. */
export const MAX_SPAN_ATTRIBUTES = 256
