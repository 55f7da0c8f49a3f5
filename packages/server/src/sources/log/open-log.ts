/**
 * Tells of a service by the log that is written of its operations (H1.12): each line at its own time, with how long it
 * took where it says so.
 */
import type { EpochMs } from '@holdfast/core/units'
import { SourceError, type LogFormat, type LogReads, type OpenedSource, type SourceGiven } from '../source.ts'
import { createCombinedReader } from './combined-line.ts'
import type { Chunk, FilePlace } from './followed-file.ts'
import { createJsonReader } from './json-line.ts'
import { createLineMeter } from './line-meter.ts'
import { createLogFollower } from './log-follower.ts'
import { readEach, type LogLine, type ReadLines } from './log-line.ts'
import { createLogfmtReader } from './logfmt-line.ts'
import { createPatternReader } from './pattern-line.ts'

/** A line of longer ago tells of a time that nobody asks for any more. */
const MAX_LATE_MS = 300_000

interface FormatReader {
  readonly read: ReadLines
  /** A round begins; how many lines took too long to be read in the last one. */
  restart(): number
}

export function openLog({ file, format }: LogReads, given: SourceGiven): OpenedSource {
  const { sink, declared, memory } = given
  const follower = createLogFollower(file, placeIn(memory.before))
  memory.remember(() => JSON.stringify(follower.place()))
  const reader = readerOf(format)
  const meter = createLineMeter(sink, { part: declared.part, instance: null })
  let lastRound: number | null = null
  let reading: Promise<void> | null = null

  function takeLine(line: LogLine | null, at: number): void {
    if (line === null) return sink.fault('malformed')
    const time = Math.min(line.time ?? at, at)
    if (at - time > MAX_LATE_MS) sink.fault('late')
    else meter.count(line, time)
  }

  async function read(at: EpochMs, signal: AbortSignal): Promise<void> {
    const take = ({ lines, tooLong }: Chunk): void => {
      if (tooLong > 0) sink.fault('malformed', tooLong)
      reader.read(lines, (line) => takeLine(line, at))
    }
    try {
      const isWhole = await follower.read(at, signal, take)
      if (!isWhole) sink.fault('too-large')
    } finally {
      meter.tellCounts(lastRound ?? at, at)
      const tookTooLong = reader.restart()
      if (tookTooLong > 0) sink.fault('timed-out', tookTooLong)
      lastRound = at
    }
  }

  return {
    async round(at, signal) {
      // A disk that does not answer holds up its reader, whatever the time: two at once would tell lines twice.
      if (reading !== null)
        throw new SourceError('timed-out', `${file} is still being read: look whether its disk answers.`)
      const round = read(at, signal).finally(() => {
        reading = null
      })
      reading = round
      await round
    },
    async [Symbol.asyncDispose]() {
      if (reading === null) return follower[Symbol.asyncDispose]()
      void reading.catch(() => undefined).then(() => follower[Symbol.asyncDispose]())
    },
  }
}

/** Null for nothing, and for nothing that was read yet. */
const placeIn = (text: string | null): FilePlace | null =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above and nowhere else
  text === null ? null : (JSON.parse(text) as FilePlace | null)

const plain = (read: (line: string) => LogLine | null): FormatReader => ({
  read: readEach(read),
  restart: () => 0,
})

function readerOf(format: LogFormat): FormatReader {
  switch (format.kind) {
    case 'combined':
      return plain(createCombinedReader())
    case 'json':
      return plain(createJsonReader(format.fields))
    case 'logfmt':
      return plain(createLogfmtReader(format.fields))
    case 'pattern':
      return createPatternReader(format.pattern, format.durationUnit)
  }
}
