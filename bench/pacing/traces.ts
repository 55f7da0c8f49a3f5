/**
 * Recorded clients, whatever the folder's pacing/manifest.json lists, each with its own rule of what is significant. A
 * copy is wrong while the value differs significantly from the one that was reported last; a value holds until the next.
 */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { isSignificant, type Significance } from '@holdfast/core/pacing'
import { START } from './populations.ts'
import { firstAfter, type Observed, type World, type WorldClient } from './world.ts'

export interface RecordedWorld extends World {
  readonly staleness: number
  readonly goal: number
}

interface Entry {
  readonly file: string
  readonly client: string
  readonly time: string
  readonly value: string
  readonly skipIf?: string
  readonly significant: {
    readonly absolute?: number
    readonly relative?: number
    readonly ratio?: number
    readonly combine?: 'max' | 'min'
    readonly rangeShare?: number
  }
  readonly staleness: number
  readonly goal: number
}

export function recordedWorlds(folder: string, mostClients: number): readonly RecordedWorld[] {
  const place = join(folder, 'pacing')
  const { traces } = JSON.parse(readFileSync(join(place, 'manifest.json'), 'utf8')) as {
    readonly traces: readonly Entry[]
  }
  return traces.map((entry) => {
    const bytes = readFileSync(join(place, entry.file))
    const text = (entry.file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
    return {
      name: basename(entry.file).replace(/\.csv(\.gz)?$/, ''),
      clients: clientsOf(text, entry).slice(0, mostClients),
      staleness: entry.staleness,
      goal: entry.goal,
    }
  })
}

/** The same clients, who report when they are asked to, with the value that was recorded last. */
export function atAnyTime(world: RecordedWorld, leastMs: number): RecordedWorld {
  const dueAt = (since: number, asked: number): number => Math.max(since + leastMs, asked)
  return {
    ...world,
    name: `${world.name}, at any time`,
    clients: world.clients.map((client) => ({ ...client, dueAt })),
  }
}

interface Series {
  readonly times: readonly number[]
  readonly values: readonly number[]
}

/** Clients come one after another, as sessions do. */
function clientsOf(text: string, entry: Entry): readonly WorldClient[] {
  const [header = '', ...lines] = text.trim().split('\n')
  const names = header.split(',')
  const column = (name: string): number => {
    const at = names.indexOf(name)
    if (at < 0) throw new Error(`${entry.file} has no column "${name}".`)
    return at
  }
  const at = { client: column(entry.client), time: column(entry.time), value: column(entry.value) }
  const skips = skipTest(entry.skipIf)
  const byClient = new Map<string, { times: number[]; values: number[] }>()
  for (const line of lines) {
    const cells = line.split(',')
    const value = cells[at.value] ?? ''
    if (skips(value) || !Number.isFinite(Number(value))) continue
    const series = byClient.get(cells[at.client] ?? '') ?? { times: [], values: [] }
    byClient.set(cells[at.client] ?? '', series)
    const time = Math.round(Number(cells[at.time]) * 1_000)
    if (time <= (series.times.at(-1) ?? -Infinity)) continue
    series.times.push(time)
    series.values.push(Number(value))
  }
  const long = [...byClient].filter(([, { times }]) => times.length > 1)
  let from = START
  return long.map(([name, { times, values }]) => {
    const shift = from - (times[0] ?? 0)
    from += (times.at(-1) ?? 0) - (times[0] ?? 0)
    return recordedClient(name, { times: times.map((time) => time + shift), values }, ruleOf(entry, values))
  })
}

/** "value <= 0" or "value == '-'", as the manifests write it. */
function skipTest(text: string | undefined): (value: string) => boolean {
  const [, operator, written = ''] = /^value\s*(<=|<|>=|>|==)\s*(.+)$/.exec(text ?? '') ?? []
  const operand = written.replaceAll("'", '')
  const limit = Number(operand)
  switch (operator) {
    case '<=':
      return (value) => Number(value) <= limit
    case '<':
      return (value) => Number(value) < limit
    case '>=':
      return (value) => Number(value) >= limit
    case '>':
      return (value) => Number(value) > limit
    case '==':
      return (value) => value === operand
    case undefined:
    default:
      return () => false
  }
}

function ruleOf({ significant }: Entry, values: readonly number[]): Significance {
  if (significant.rangeShare !== undefined) {
    const sorted = values.toSorted((a, b) => a - b)
    const quantile = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
    return {
      kind: 'absolute',
      parameter: 'value',
      least: significant.rangeShare * (quantile(0.95) - quantile(0.05)),
    }
  }
  if (significant.ratio !== undefined) return { kind: 'ratio', parameter: 'value', least: significant.ratio }
  const parts: Significance[] = []
  if (significant.absolute !== undefined)
    parts.push({ kind: 'absolute', parameter: 'value', least: significant.absolute })
  if (significant.relative !== undefined)
    parts.push({ kind: 'relative', parameter: 'value', least: significant.relative })
  return { kind: significant.combine === 'min' ? 'any' : 'all', of: parts }
}

function recordedClient(className: string, { times, values }: Series, rule: Significance): WorldClient {
  const differs = (a: number, b: number): boolean =>
    isSignificant(rule, { value: values[a] ?? 0 }, { value: values[b] ?? 0 })
  let last = 0
  let changes = 0
  for (let i = 1; i < values.length; i += 1)
    if (differs(last, i)) {
      last = i
      changes += 1
    }
  // Updates go forward in time, so a cursor is enough; a run begins where the first one asks from the start.
  let cursor = 0
  return {
    className,
    from: times[0] ?? 0,
    to: times.at(-1) ?? 0,
    changes,
    // Between two values that were recorded there is nothing to tell: an update comes with the nearest one.
    dueAt(since, asked) {
      const next = firstAfter(times, since)
      const above = Math.max(next, firstAfter(times, asked))
      const below = Math.max(next, above - 1)
      const end = times.at(-1) ?? 0
      const [one, other] = [times[below] ?? end, times[above] ?? end]
      return asked - one <= other - asked ? one : other
    },
    observe(since, at): Observed {
      if (since <= (times[0] ?? 0)) cursor = 0
      while ((times[cursor + 1] ?? Infinity) <= since) cursor += 1
      const reported = cursor
      let staleMs = 0
      let wrong = false
      let from = since
      while ((times[cursor + 1] ?? Infinity) <= at) {
        cursor += 1
        if (wrong) staleMs += (times[cursor] ?? 0) - from
        from = times[cursor] ?? 0
        wrong = differs(reported, cursor)
      }
      if (wrong) staleMs += at - from
      return { changed: wrong, staleMs }
    },
  }
}
