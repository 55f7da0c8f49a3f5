/** A sink that writes down what it is told, in words. */
import type { NewSeries, SeriesSink, SourceFault } from '@holdfast/core/health'

export interface ToldSink extends SeriesSink {
  /** `name{label=value} 7 @5`, in the order in which it came; forgotten when it is asked for. */
  told(): readonly string[]
  readonly series: readonly NewSeries[]
  readonly faults: Partial<Record<SourceFault, number>>
  /** As if handles had been let go. */
  letGo(): void
}

export function createToldSink(maxSeries: number = Infinity): ToldSink {
  let lines: string[] = []
  let epoch = 0
  const series: NewSeries[] = []
  const handles = new Map<string, number>()
  const faults: Partial<Record<SourceFault, number>> = {}
  const nameOf = (handle: number): string => {
    const { name, labels } = series[handle] ?? { name: '?', labels: {} }
    const pairs = Object.entries(labels).map(([label, value]) => `${label}=${value}`)
    return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`
  }
  const tell = (handle: number, text: string): void => void (handle >= 0 && lines.push(nameOf(handle) + text))
  const fault = (kind: SourceFault, times = 1): void => void (faults[kind] = (faults[kind] ?? 0) + times)
  return {
    open(one) {
      const key = JSON.stringify([one.about, one.name, Object.entries(one.labels).map(String).toSorted()])
      const known = handles.get(key)
      if (known !== undefined) return known
      if (series.length >= maxSeries) {
        fault('too-many-series')
        return -1
      }
      handles.set(key, series.length)
      return series.push(one) - 1
    },
    counter: (handle, value, at, since) =>
      tell(handle, ` ${value} @${at}${since === undefined ? '' : ` since ${since}`}`),
    increase: (handle, by, from, to) => tell(handle, ` +${by} @${from}-${to}`),
    gauge: (handle, value, at) => tell(handle, ` ${value} @${at}`),
    observe: (handle, value, at) => tell(handle, ` saw ${value} @${at}`),
    distribution: (handle, since, at) => tell(handle, ` stands at ${since.count} @${at}`),
    addDistribution: (handle, seen, from, to) => tell(handle, ` +${seen.count} values @${from}-${to}`),
    end: (handle) => {
      tell(handle, ' ended')
      handles.forEach((known, key) => known === handle && handles.delete(key))
      epoch += 1
    },
    fault,
    countedOver: () => [],
    epoch: () => epoch,
    told: () => {
      const told = lines
      lines = []
      return told
    },
    series,
    faults,
    letGo: () => {
      handles.clear()
      epoch += 1
    },
  }
}
