/**
 * Tells of a service by the log that is written of its operations (H1.12): each line at its own time, with how long it
 * took where it says so.
 */
import type { OpenedSource, LogFormat, LogReads, SourceGiven } from '../source.ts'
import { createCombinedReader } from './combined-line.ts'
import type { Chunk } from './followed-file.ts'
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
  const { sink, declared } = given
  const follower = createLogFollower(file)
  const reader = readerOf(format)
  const meter = createLineMeter(sink, { part: declared.part, instance: null })
  let lastRound: number | null = null

  function takeLine(line: LogLine | null, at: number): void {
    if (line === null) return sink.fault('malformed')
    const time = Math.min(line.time ?? at, at)
    if (at - time > MAX_LATE_MS) sink.fault('late')
    else meter.count(line, time)
  }

  return {
    async round(at, signal) {
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
    },
    [Symbol.asyncDispose]: () => follower[Symbol.asyncDispose](),
  }
}

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
