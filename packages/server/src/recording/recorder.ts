/**
 * Keeps what each tick was decided from, in blocks of about a minute. A block that is complete is stored with
 * the commit of the tick that follows it; a process that is killed loses the block that was still open, and
 * one that stops in order loses nothing.
 */
import {
  canonicalJson,
  type DecideInput,
  type DesiredInstance,
  type Said,
  type ServiceState,
} from '@holdfast/core/control'
import { minutes, type DurationMs, type EpochMs, type ServiceName } from '@holdfast/core/units'
import type { RecordedBlock } from '../store/store.ts'
import { packLines } from './block-text.ts'
import { writeLine, type CheckpointReason } from './recorded-line.ts'

/** What a kill may lose; shorter blocks deflate less well. */
const BLOCK: DurationMs = minutes(1)

/** A replay begins up to so long before what was asked for. */
const CHECKPOINT_EVERY: DurationMs = minutes(10)

/** Characters of all open blocks together; what would go beyond is packed sooner. */
const MAX_OPEN_CHARACTERS = 64 * 1024 * 1024

/** A tick that was committed, with what it started from and what it led to. */
interface DecidedTick {
  readonly input: DecideInput
  /** Of the service's manifest. */
  readonly version: number
  /** What was last said of the service before this tick. */
  readonly said: Said
  /** The state that the next tick starts from, if it follows on this one. */
  readonly after: ServiceState
}

export interface Recorder {
  /** Blocks of the service that are complete, to be stored with the commit of a tick at this time. */
  complete(service: ServiceName, now: EpochMs): readonly RecordedBlock[]
  /** Keeps a tick that was committed, together with the blocks that were complete before it. */
  add(tick: DecidedTick): void
  /** The service's blocks that are not stored yet, the last of them still growing. */
  pending(service: ServiceName): readonly RecordedBlock[]
  /** Closes all blocks and gives those that are not stored yet. */
  close(): readonly RecordedBlock[]
}

export function createRecorder(): Recorder {
  const all = new Map<ServiceName, ServiceRecording>()
  let openCharacters = 0

  function close(recording: ServiceRecording): void {
    openCharacters -= charactersOf(recording)
    recording.due.push(...openBlock(recording))
    recording.open = null
  }

  return {
    complete(service, now) {
      const recording = all.get(service)
      if (recording === undefined) return []
      const { open } = recording
      if (open !== null && minuteOf(service, now) !== minuteOf(service, open.from)) close(recording)
      return recording.due
    },
    add(tick) {
      const { service, now } = tick.input
      const recording = all.get(service.name) ?? { service: service.name, open: null, due: [], last: null }
      all.set(service.name, recording)
      recording.due = []
      const reason = checkpointReason(recording, tick)
      if (reason !== null) close(recording)
      recording.open ??= { from: now, to: now, ticks: 0, checkpoint: reason !== null, lines: [] }
      const lines = linesOf(recording, tick, reason)
      openCharacters += lengthOf(lines)
      recording.open.lines.push(...lines)
      recording.open.ticks += 1
      recording.open.to = now
      const checkpointAt = reason === null ? (recording.last?.checkpointAt ?? now) : now
      recording.last = { terms: termsOf(tick), checkpointAt, desired: tick.input.desired, state: tick.after }
      if (openCharacters > MAX_OPEN_CHARACTERS) close(recording)
    },
    pending(service) {
      const recording = all.get(service)
      return recording === undefined ? [] : [...recording.due, ...openBlock(recording)]
    },
    close() {
      const left = [...all.values()].flatMap((recording) => {
        close(recording)
        return recording.due
      })
      all.clear()
      return left
    },
  }
}

interface ServiceRecording {
  readonly service: ServiceName
  open: OpenBlock | null
  /** Complete, but not stored yet. */
  due: RecordedBlock[]
  last: LastTick | null
}

interface OpenBlock {
  readonly from: EpochMs
  to: EpochMs
  ticks: number
  readonly checkpoint: boolean
  readonly lines: string[]
}

/** What the next tick is compared with. */
interface LastTick {
  readonly terms: Terms
  readonly checkpointAt: EpochMs
  readonly desired: readonly DesiredInstance[]
  readonly state: ServiceState
}

type Terms = Pick<DecideInput, 'service' | 'agreements'> & { readonly version: number }

const termsOf = ({ input: { service, agreements }, version }: DecidedTick): Terms => ({
  service,
  agreements,
  version,
})

function openBlock({ service, open }: ServiceRecording): readonly RecordedBlock[] {
  if (open === null) return []
  const { lines, ...span } = open
  return [{ service, ...span, lines: packLines(lines) }]
}

const charactersOf = ({ open }: ServiceRecording): number => (open === null ? 0 : lengthOf(open.lines))

const lengthOf = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + line.length, 0)

function linesOf({ last }: ServiceRecording, tick: DecidedTick, reason: CheckpointReason | null): string[] {
  const { state, now, generation, desired, observation, dependencies, share } = tick.input
  const same = reason === null && last?.desired === desired
  const line = writeLine({
    kind: 'tick',
    now,
    generation,
    ...(same ? {} : { desired }),
    observation,
    dependencies,
    ...(share === undefined ? {} : { share }),
  })
  if (reason === null) return [line]
  return [writeLine({ kind: 'checkpoint', reason, ...termsOf(tick), state, said: tick.said }), line]
}

function checkpointReason({ open, last }: ServiceRecording, tick: DecidedTick): CheckpointReason | null {
  // The state was read from the store: the loop has just started, or another one was at it meanwhile.
  if (last === null || last.state !== tick.input.state) return 'start'
  if (!areSame(last.terms, termsOf(tick))) return 'change'
  return open === null && tick.input.now - last.checkpointAt >= CHECKPOINT_EVERY ? 'time' : null
}

/** Manifests are resolved anew whenever one was applied, mostly to what they were. */
function areSame(left: Terms, right: Terms): boolean {
  const isOne = left.service === right.service && left.agreements === right.agreements
  return isOne ? left.version === right.version : canonicalJson(left) === canonicalJson(right)
}

/** Each service has minutes of its own, so that not all blocks are packed in one tick. */
const minuteOf = (service: ServiceName, at: EpochMs): number => Math.floor((at + offsetOf(service)) / BLOCK)

/** FNV-1a, so that similar names lie apart. */
function offsetOf(service: ServiceName): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < service.length; index += 1)
    hash = Math.imul(hash ^ service.charCodeAt(index), 0x01000193)
  return (hash >>> 0) % BLOCK
}
