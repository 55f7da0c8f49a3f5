/**
 * Learns by trying what one instance of a part can do (H1.9): now and then some instances are started that serve nobody
 * else, and driven until they do no more. What was found last is told with every round, also after a restart; an
 * experiment that fails is said with each round until one succeeds.
 */
import { performance } from 'node:perf_hooks'
import type { EpochMs } from '@holdfast/core/units'
import { SourceError, type BenchmarkReads, type OpenedSource, type SourceGiven } from '../source.ts'

/** What an experiment found of one instance. */
export interface Found {
  readonly capacityPerSecond: number
  readonly serviceMeanMs: number
  readonly startMs: number
}

/** Runs one experiment; rejects where it comes to nothing. */
export type Experiment = (reads: BenchmarkReads, signal: AbortSignal) => Promise<Found>

interface Remembered {
  readonly at: EpochMs
  readonly found: Found
}

/** After an experiment that failed the next one comes sooner, but never at once: it costs what it costs. */
const AGAIN_AFTER_FAILURE_MS = 600_000

export function openBenchmark(
  reads: BenchmarkReads,
  { declared, sink, memory }: SourceGiven,
  experiment: Experiment,
): OpenedSource {
  const closed = new AbortController()
  let last = memory.before === null ? null : readRemembered(memory.before)
  let failure: { readonly at: EpochMs; readonly error: SourceError } | null = null
  let running: Promise<void> | null = null
  memory.remember(() => JSON.stringify(last))

  const isDue = (at: EpochMs): boolean => {
    if (failure !== null) return at - failure.at >= Math.min(reads.again, AGAIN_AFTER_FAILURE_MS)
    return last === null || at - last.at >= reads.again
  }
  const run = async (at: EpochMs): Promise<void> => {
    try {
      last = { at, found: await experiment(reads, closed.signal) }
      failure = null
    } catch (error) {
      const says = error instanceof Error ? error.message : String(error)
      failure = { at, error: error instanceof SourceError ? error : new SourceError('failed', says) }
    } finally {
      running = null
    }
  }
  const tell = (name: string, unit: string, value: number, at: number): void => {
    const about = { part: declared.part, instance: null }
    sink.gauge(sink.open({ about, name, labels: {}, kind: 'gauge', unit }), value, at)
  }

  return {
    async round(at) {
      const began = performance.now()
      if (running === null && isDue(at)) running = run(at)
      if (last !== null) {
        const { capacityPerSecond, serviceMeanMs, startMs } = last.found
        const now = at + (performance.now() - began)
        tell('benchmark.capacity', '{operation}/s', capacityPerSecond, now)
        tell('benchmark.service_time', 'ms', serviceMeanMs, now)
        tell('benchmark.start_time', 'ms', startMs, now)
      }
      if (failure !== null) throw failure.error
    },
    async [Symbol.asyncDispose]() {
      closed.abort()
      await running
    },
  }
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above and nowhere else
const readRemembered = (text: string): Remembered | null => JSON.parse(text) as Remembered | null
