/**
 * An endpoint of OpenTelemetry that knows gauges and nothing else, for tests of what a server sends. It reads Protocol
 * Buffers by itself, so that what it understands is not what our own reader makes of it.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'

export interface GaugePoint {
  /** Of its resource and of itself. */
  readonly attributes: Readonly<Record<string, string>>
  readonly name: string
  readonly value: number
}

interface GaugeMessage {
  readonly arrivedAt: number
  readonly points: readonly GaugePoint[]
}

export interface GaugeReceiver extends AsyncDisposable {
  readonly url: string
  /** The latest; null before any came. */
  readonly latest: () => GaugeMessage | null
}

export async function startGaugeReceiver(): Promise<GaugeReceiver> {
  let latest: GaugeMessage | null = null
  const server = createServer((request, response) => {
    void buffer(request).then((packed) => {
      latest = { arrivedAt: Date.now(), points: pointsIn(gunzipSync(packed)) }
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    latest: () => latest,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Field number to all that stands under it: bytes, or a number where it has eight bytes. */
type Fields = ReadonlyMap<number, readonly Buffer[]>

function fieldsOf(bytes: Buffer): Fields {
  const found = new Map<number, Buffer[]>()
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? 0
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    const kind = tag % 8
    if (kind === 0) {
      varint()
      continue
    }
    const length = kind === 1 ? 8 : kind === 5 ? 4 : varint()
    const field = Math.floor(tag / 8)
    found.set(field, [...(found.get(field) ?? []), bytes.subarray(at, at + length)])
    at += length
  }
  return found
}

const all = (fields: Fields, field: number): readonly Fields[] => (fields.get(field) ?? []).map(fieldsOf)
const text = (fields: Fields | undefined, field: number): string =>
  fields?.get(field)?.[0]?.toString('utf8') ?? ''

const attributesIn = (fields: Fields, field: number): Readonly<Record<string, string>> =>
  Object.fromEntries(all(fields, field).map((pair) => [text(pair, 1), text(all(pair, 2)[0], 1)]))

/** ExportMetricsServiceRequest, ResourceMetrics, ScopeMetrics, Metric, Gauge, NumberDataPoint. */
function pointsIn(bytes: Buffer): readonly GaugePoint[] {
  return all(fieldsOf(bytes), 1).flatMap((one) => {
    const [resource = new Map()] = all(one, 1)
    const ofResource = attributesIn(resource, 1)
    return all(one, 2)
      .flatMap((scope) => all(scope, 2))
      .flatMap((metric) =>
        all(metric, 5)
          .flatMap((gauge) => all(gauge, 1))
          .map((point) => ({
            attributes: { ...ofResource, ...attributesIn(point, 7) },
            name: text(metric, 1),
            value:
              point.get(4)?.[0]?.readDoubleLE() ?? Number(point.get(6)?.[0]?.readBigInt64LE() ?? Number.NaN),
          })),
      )
  })
}
