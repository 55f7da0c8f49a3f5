/** Opens a declared source as its manifest says: the one place that knows all kinds. */
import { openHost } from './host/index.ts'
import { openLog } from './log/index.ts'
import { openPlugin } from './plugin/index.ts'
import { openProbe } from './probe/index.ts'
import { createTextReader, openPrometheus } from './prometheus/index.ts'
import type { OpenedSource, SourceGiven } from './source.ts'

/** Lines that are known again by their bytes: a command writes fewer than a server does. */
const OF_A_COMMAND = { maxKnown: 10_000, maxKnownBytes: 2_097_152 }

export function openSource(given: SourceGiven): OpenedSource {
  const { reads, part } = given.declared
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
  }
}
