/** Takes in one request, however it came: unpacks it, reads it with turns for others in between, and says what came of it. */
import { setImmediate as othersTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Clock } from '../../clock.ts'
import { EXPORT_METRICS, EXPORT_TRACES, jsonToProtobuf, MalformedOtlp } from '../../otlp/index.ts'
import type { Intakes } from '../intake.ts'
import { refusal, type Answer } from './answers.ts'
import { JSON_BYTES, UNPACKED_BYTES } from './limits.ts'
import { createRejections } from './rejections.ts'
import { createResources } from './resources.ts'
import { takeMetrics, type Known } from './take-metrics.ts'
import { takeTraces, type KnownOperations } from './take-traces.ts'

export interface Message {
  readonly signal: 'metrics' | 'traces'
  readonly format: 'protobuf' | 'json'
  readonly isPacked: boolean
  readonly body: Uint8Array
}

export type Take = (message: Message) => Promise<Answer>

export interface TakeDependencies {
  readonly intakes: Intakes
  readonly clock: Pick<Clock, 'now'>
}

const unpack = promisify(gunzip)
const LEAST_PIECE = 65_536
const LARGEST_PIECE = 8_388_608

/**
 * Packed bytes end with how many there were; in one piece of that size they need not be put together. Who lies about it
 * gets more pieces, or some memory that is never touched.
 */
function pieceSizeOf(packed: Uint8Array): number {
  if (packed.length < 4) return LEAST_PIECE
  const said = new DataView(packed.buffer, packed.byteOffset + packed.length - 4, 4).getUint32(0, true)
  return Math.min(LARGEST_PIECE, Math.max(LEAST_PIECE, said + 1))
}

export function createTake({ intakes, clock }: TakeDependencies): Take {
  const known: Known = { resources: createResources(), caches: new WeakMap() }
  const operations: KnownOperations = new WeakMap()
  return async (message) => {
    const unpacked = await unpackedOf(message)
    if (!(unpacked instanceof Uint8Array)) return unpacked
    const rejections = createRejections(message.signal === 'metrics' ? 'data points' : 'spans')
    try {
      const bytes = message.format === 'json' ? fromJson(unpacked, message.signal) : unpacked
      const taking = { bytes, intakes, known, rejections, now: clock.now() }
      const turns = message.signal === 'metrics' ? takeMetrics(taking) : takeTraces(taking, operations)
      while (turns.next().done !== true) await othersTurn()
    } catch (error) {
      if (error instanceof MalformedOtlp) return refusal('malformed', error.message)
      throw error
    }
    return { kind: 'taken', rejected: rejections.total(), says: rejections.says() }
  }
}

async function unpackedOf({ body, isPacked, format }: Message): Promise<Uint8Array | Answer> {
  const limit = format === 'json' ? JSON_BYTES : UNPACKED_BYTES
  try {
    const bytes = isPacked
      ? await unpack(body, { maxOutputLength: limit, chunkSize: pieceSizeOf(body) })
      : body
    return bytes.length <= limit ? bytes : tooLarge(limit)
  } catch (error) {
    if (error instanceof RangeError) return tooLarge(limit)
    return refusal('malformed', 'The message is not what gzip packs.')
  }
}

const tooLarge = (limit: number): Answer =>
  refusal('too-large', `Unpacked the message has more than ${limit} bytes; send fewer at once.`)

function fromJson(bytes: Uint8Array, signal: Message['signal']): Uint8Array {
  return jsonToProtobuf(
    new TextDecoder().decode(bytes),
    signal === 'metrics' ? EXPORT_METRICS : EXPORT_TRACES,
  )
}
