/** Writes what a Prometheus pushes, as protobuf in Snappy's raw format without any packing. */
export interface PushedSeries {
  readonly labels: Readonly<Record<string, string>>
  readonly samples: readonly (readonly [value: number, at: number])[]
}

export interface Pushed {
  readonly series?: readonly PushedSeries[]
  /** The number of a type in the message's own list. */
  readonly metadata?: Readonly<Record<string, number>>
}

/** With these bits Prometheus says that a series has ended; as a number it is like any other that is none. */
const STALE_BYTES = [0x02, 0, 0, 0, 0, 0, 0xf0, 0x7f]

export const writeRequest = (
  { series = [], metadata = {} }: Pushed,
  ended: readonly PushedSeries[] = [],
): Uint8Array =>
  packSnappy([
    ...series.flatMap((one) => field(1, seriesBytes(one, false))),
    ...ended.flatMap((one) => field(1, seriesBytes(one, true))),
    ...Object.entries(metadata).flatMap(([family, type]) =>
      field(3, [0x08, ...varint(type), ...field(2, text(family)), ...field(4, text('Help.'))]),
    ),
  ])

function seriesBytes({ labels, samples }: PushedSeries, isStale: boolean): readonly number[] {
  return [
    ...Object.entries(labels).flatMap(([name, value]) =>
      field(1, [...field(1, text(name)), ...field(2, text(value))]),
    ),
    ...samples.flatMap(([value, at]) =>
      field(2, [0x09, ...(isStale ? STALE_BYTES : double(value)), 0x10, ...varint(at)]),
    ),
  ]
}

/** One literal after the other. */
export function packSnappy(plain: readonly number[]): Uint8Array {
  const packed = varint(plain.length)
  for (let from = 0; from < plain.length; from += 60) {
    const literal = plain.slice(from, from + 60)
    packed.push((literal.length - 1) << 2, ...literal)
  }
  return Uint8Array.from(packed)
}

const field = (number: number, bytes: readonly number[]): readonly number[] => [
  number * 8 + 2,
  ...varint(bytes.length),
  ...bytes,
]

const text = (value: string): readonly number[] => [...new TextEncoder().encode(value)]

const double = (value: number): readonly number[] => [...new Uint8Array(Float64Array.of(value).buffer)]

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return [...bytes, rest]
}
