/** Opens a declared source as its manifest says: the one place that knows all kinds. */
import type { ServiceName } from '@holdfast/core/units'
import type { Subject } from '../profile/index.ts'
import { createExperiment, openBenchmark } from './benchmark/index.ts'
import { openHost } from './host/index.ts'
import { openLog } from './log/index.ts'
import { openPlugin } from './plugin/index.ts'
import { openProbe } from './probe/index.ts'
import { createTextReader, openPrometheus } from './prometheus/index.ts'
import type { OpenedSource, SourceGiven } from './source.ts'

/** Lines that are known again by their bytes: a command writes fewer than a server does. */
const OF_A_COMMAND = { maxKnown: 10_000, maxKnownBytes: 2_097_152 }

/** What a benchmark drives: the service as it is declared now. */
export type SubjectOf = (service: ServiceName) => Promise<Subject>

export function openSource(given: SourceGiven, subjectOf: SubjectOf): OpenedSource {
  const { reads, part, service } = given.declared
  switch (reads.kind) {
    case 'prometheus':
      return openPrometheus(reads.scrape, given)
    case 'probe':
      return openProbe(reads.probe, given)
    case 'plugin': {
      const about = { part, instance: null }
      const text = createTextReader({ sink: given.sink, about, ...OF_A_COMMAND })
      return openPlugin(reads.plugin, given, (bytes, at) => {
        text.begin(at, 'prometheus')
        text.write(bytes)
        text.end()
      })
    }
    case 'log':
      return openLog(reads.log, given)
    case 'host':
      return openHost(reads.host, given)
    case 'benchmark': {
      if (part === null) throw new Error('A benchmark is of a part.')
      const experiment = createExperiment({ part, subject: () => subjectOf(service) })
      return openBenchmark(reads.benchmark, given, experiment)
    }
  }
}
