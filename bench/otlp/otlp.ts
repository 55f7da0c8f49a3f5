/**
 * What taking in OTLP costs: packed messages from their bytes to the series that they tell of, by us, and only their
 * decoding by protobufjs. Processor time of the whole process is counted, so unpacking on another thread counts as well.
 */
import { gzipSync } from 'node:zlib'
import { createSeriesTable } from '@holdfast/core/health'
import { branded, epochMs, type PartName, type ServiceName } from '@holdfast/core/units'
import { createTake } from '../../packages/server/src/sources/otlp/take.ts'
import { atLeast, median, rounded, type Bench, type BenchOptions, type Claim } from '../bench.ts'
import { decodeByProtobufjs } from './peer.ts'
import { requestOf, type RequestShape } from './requests.ts'

export const otlp: Bench = {
  name: 'otlp',
  says: 'what taking in metrics of OpenTelemetry costs',
  run: runOtlp,
}

const MILLIONS = 1e6
const BEGIN = Date.UTC(2026, 10, 28)
const EVERY_MS = 1_000
const WARM_ROUNDS = 4

const SHAPES: readonly (RequestShape & { readonly says: string; readonly goal: number })[] = [
  { kind: 'sum', points: 40_000, says: 'sums', goal: 2 },
  { kind: 'histogram', points: 10_000, says: 'histograms of 14 bounds', goal: 0.5 },
  { kind: 'exponential', points: 5_000, says: 'exponential histograms of 100 buckets', goal: 0.1 },
]

async function runOtlp({ quick, say, note }: BenchOptions): Promise<readonly Claim[]> {
  const claims: Claim[] = []
  for (const shape of SHAPES) {
    say(shape.says)
    const { ours, protobufjs, bytesOfPoint } = await ratesOf(shape, quick ? 12 : 30)
    const perSecond = rounded(ours / MILLIONS)
    note(
      `${shape.says}: ${shape.points} points with three attributes, of ${rounded(bytesOfPoint)} bytes each`,
    )
    claims.push({
      claim: `OTLP in Protocol Buffers, from packed bytes to series: ${shape.says} a second of one core`,
      unit: 'M points/s',
      ours: perSecond,
      peers: { 'protobufjs, decoding alone': rounded(protobufjs / MILLIONS) },
      bound: null,
      ...atLeast(shape.goal, perSecond),
    })
  }
  return claims
}

interface Rates {
  readonly ours: number
  readonly protobufjs: number
  readonly bytesOfPoint: number
}

async function ratesOf(shape: RequestShape, rounds: number): Promise<Rates> {
  const table = createSeriesTable({ source: 'otlp', maxSeries: 250_000, latestMs: 10_000 })
  let now = BEGIN
  const take = createTake({
    clock: { now: () => epochMs(now) },
    intakes: {
      of: () => ({
        service: branded<ServiceName>('shop'),
        sink: table,
        part: (name) => branded<PartName>(name),
        arrived: () => {},
      }),
    },
  })
  const ours: number[] = []
  const protobufjs: number[] = []
  let bytes = 0
  for (let round = 1; round <= rounds + WARM_ROUNDS; round++) {
    now = BEGIN + round * EVERY_MS
    const request = requestOf(shape, now, round)
    const body = gzipSync(request)
    bytes = request.length
    const mine = await cpuSecondsOf(async () => {
      const answer = await take({ signal: 'metrics', format: 'protobuf', isPacked: true, body })
      if (answer.kind === 'refused' || answer.rejected > 0) throw new Error(answer.says)
    })
    const theirs = await cpuSecondsOf(async () => decodeByProtobufjs(body))
    const readings = table.drain(epochMs(now)).length
    if (round > 1 && readings < shape.points) throw new Error(`Only ${readings} series were told of.`)
    if (round <= WARM_ROUNDS) continue
    ours.push(shape.points / mine)
    protobufjs.push(shape.points / theirs)
  }
  return { ours: median(ours), protobufjs: median(protobufjs), bytesOfPoint: bytes / shape.points }
}

async function cpuSecondsOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return Math.max(1, user + system) / 1e6
}
