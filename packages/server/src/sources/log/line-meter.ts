/**
 * Counts the operations that lines tell of, by method, route, status and class. All of these come from whoever sends
 * requests, so all are bounded: what is beyond is summed under `other`, and no operation is lost.
 */
import { NO_SERIES, type About, type SeriesHandle, type SeriesSink } from '@holdfast/core/health'
import { routeOf } from '../../operation-name.ts'
import { OTHER } from '../admitted.ts'
import type { LogLine } from './log-line.ts'

export interface LineMeter {
  /** An operation at its own time, in a round that ends at another. */
  count(line: LogLine, at: number): void
  /** Tells of the operations that nothing but their number is known of, all of them between these instants. */
  tellCounts(from: number, to: number): void
}

const MAX_ROUTES = 200
const MAX_CLASSES = 16
const MAX_COMBINATIONS = 2_000
const MAX_CLASS_LENGTH = 64

/** Those of OpenTelemetry; it calls all others so. */
const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
])
const OTHER_METHOD = '_OTHER'

const NOT_FOUND = '404'

type Labels = Readonly<Record<string, string>>

interface Combination {
  readonly labels: Labels
  /** Null while it was not asked for since handles changed. */
  duration: SeriesHandle | null
  /** In this round, of those that do not say how long they took. */
  counted: number
}

export function createLineMeter(sink: SeriesSink, about: About): LineMeter {
  const combinations = new Map<string, Combination>()
  const beyond: Combination = { labels: { 'http.route': OTHER }, duration: null, counted: 0 }
  const routes = new Set<string>()
  const classes = new Set<string>()
  let epoch = sink.epoch()

  function openDuration(labels: Labels): SeriesHandle {
    const timed = { about, name: 'http.server.request.duration', kind: 'distribution', unit: 'ms' } as const
    const handle = sink.open({ ...timed, labels })
    return handle === NO_SERIES ? sink.open({ ...timed, labels: beyond.labels }) : handle
  }

  function openCounter(labels: Labels): SeriesHandle {
    const counted = { about, name: 'http.server.requests', kind: 'counter', unit: '{request}' } as const
    const handle = sink.open({ ...counted, labels })
    return handle === NO_SERIES ? sink.open({ ...counted, labels: beyond.labels }) : handle
  }

  /** What was not found is hardly a route of the service: it takes no room from those that are. */
  function boundedRoute(path: string, status: string): string {
    const route = routeIn(path)
    if (routes.has(route) || route === '') return route
    if (routes.size >= MAX_ROUTES || status === NOT_FOUND) return OTHER
    routes.add(route)
    return route
  }

  function boundedClass(written: string): string {
    if (written === '' || written === '-') return ''
    if (classes.has(written)) return written
    if (classes.size >= MAX_CLASSES || written.length > MAX_CLASS_LENGTH) return OTHER
    classes.add(written)
    return written
  }

  function combinationOf({ method, path, status, class: written }: LogLine): Combination {
    const code = /^[1-5]\d\d$/.test(status) ? status : ''
    const verb = method === '' || METHODS.has(method) ? method : OTHER_METHOD
    const route = boundedRoute(path, code)
    const operationClass = boundedClass(written)
    const key = `${verb} ${code} ${route} ${operationClass}`
    const known = combinations.get(key)
    if (known !== undefined) return known
    if (combinations.size >= MAX_COMBINATIONS) return beyond
    const labels = {
      'http.request.method': verb,
      'http.route': route,
      'http.response.status_code': code,
      'holdfast.class': operationClass,
    }
    const combination = { labels, duration: null, counted: 0 }
    combinations.set(key, combination)
    return combination
  }

  /** Names that fell out of use make room; what was counted and not told yet stays. */
  function forget(): void {
    epoch = sink.epoch()
    beyond.duration = null
    for (const [key, combination] of combinations) {
      combination.duration = null
      if (combination.counted === 0) combinations.delete(key)
    }
    routes.clear()
    classes.clear()
  }

  return {
    count(line, at) {
      if (sink.epoch() !== epoch) forget()
      const combination = combinationOf(line)
      if (line.durationMs === null) combination.counted += 1
      else sink.observe((combination.duration ??= openDuration(combination.labels)), line.durationMs, at)
    },
    tellCounts(from, to) {
      const by = new Map<SeriesHandle, number>()
      for (const combination of [...combinations.values(), beyond]) {
        if (combination.counted === 0) continue
        const handle = openCounter(combination.labels)
        by.set(handle, (by.get(handle) ?? 0) + combination.counted)
        combination.counted = 0
      }
      for (const [handle, counted] of by) sink.increase(handle, counted, from, to)
    },
  }
}

/** Proxies are asked for whole addresses. */
function routeIn(path: string): string {
  if (path.startsWith('/')) return routeOf(path)
  const [, after = ''] = /^https?:\/\/[^/?]*(.*)$/i.exec(path) ?? []
  return after === '' ? '' : routeOf(after)
}
