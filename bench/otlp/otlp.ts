/**
 * What taking in OTLP costs: packed messages from their bytes to the series that they tell of, by us, and only their
 * decoding by protobufjs. Processor time of the whole process is counted, so unpacking on another thread counts as well.
 */
import { noMemory } from '../../packages/server/src/sources/source-memory.ts'
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

interface Told extends RequestShape {
  readonly says: string
  readonly goal: number
}

export const SUMS: Told = { kind: 'sum', points: 40_000, says: 'sums', goal: 2 }

const SHAPES: readonly Told[] = [
  SUMS,
  { kind: 'histogram', points: 10_000, says: 'histograms of 14 bounds', goal: 0.5 },
  { kind: 'exponential', points: 5_000, says: 'exponential histograms of 100 buckets', goal: 0.1 },
]

async function runOtlp(options: BenchOptions): Promise<readonly Claim[]> {
  const claims: Claim[] = []
  for (const shape of SHAPES) claims.push(await takingIn(shape, options))
  return claims
}

export async function takingIn(shape: Told, { quick, say, note }: BenchOptions): Promise<Claim> {
  say(shape.says)
  const { ours, protobufjs, bytesOfPoint } = await ratesOf(shape, quick ? 2 : 9)
  const perSecond = rounded(ours / MILLIONS)
  note(`${shape.says}: ${shape.points} points with three attributes, of ${rounded(bytesOfPoint)} bytes each`)
  return {
    claim: `OTLP in Protocol Buffers, from packed bytes to series: ${shape.says} a second of one core`,
    unit: 'M points/s',
    ours: perSecond,
    peers: { 'protobufjs, decoding alone': rounded(protobufjs / MILLIONS) },
    bound: null,
    ...atLeast(shape.goal, perSecond),
  }
}

interface Rates {
  readonly ours: number
  readonly protobufjs: number
  readonly bytesOfPoint: number
}

/** So many messages are taken in turns by each side, so that neither works behind the other's garbage alone. */
const TURN = 6

async function ratesOf(shape: RequestShape, turns: number): Promise<Rates> {
  const { take, drain, goOn } = opened()
  const ours: number[] = []
  const protobufjs: number[] = []
  let bytesOfPoint = 0
  for (let turn = 0; turn <= turns; turn++) {
    const bodies = Array.from({ length: TURN }, (_, i) => {
      const round = turn * TURN + i + 1
      const request = requestOf(shape, BEGIN + round * EVERY_MS, round)
      bytesOfPoint = request.length / shape.points
      return gzipSync(request)
    })
    const mine: number[] = []
    for (const body of bodies) {
      goOn()
      mine.push(shape.points / (await cpuSecondsOf(() => take(body))))
      if (drain() < shape.points && turn > 0) throw new Error('Not all series were told of.')
    }
    const theirs: number[] = []
    for (const body of bodies)
      theirs.push(shape.points / (await cpuSecondsOf(async () => decodeByProtobufjs(body))))
    // In the first turn both are still compiled.
    if (turn === 0) continue
    ours.push(median(mine))
    protobufjs.push(median(theirs))
  }
  return { ours: median(ours), protobufjs: median(protobufjs), bytesOfPoint }
}

interface Opened {
  readonly take: (body: Uint8Array) => Promise<void>
  /** How many series were told of. */
  readonly drain: () => number
  readonly goOn: () => void
}

function opened(): Opened {
  const table = createSeriesTable({ source: 'otlp', maxSeries: 250_000, latestMs: 10_000 })
  let now = BEGIN
  const intake = {
    service: branded<ServiceName>('shop'),
    sink: table,
    part: (name: string) => branded<PartName>(name),
    memory: noMemory,
    stored: async () => true,
    arrived: () => {},
  }
  const taking = createTake({ clock: { now: () => epochMs(now) }, intakes: { of: () => intake } })
  return {
    async take(body) {
      const answer = await taking({ signal: 'metrics', format: 'protobuf', isPacked: true, body })
      if (answer.kind === 'refused' || answer.rejected > 0) throw new Error(answer.says)
    },
    drain: () => table.drain(epochMs(now)).length,
    goOn() {
      now += EVERY_MS
    },
  }
}

async function cpuSecondsOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return Math.max(1, user + system) / 1e6
}
