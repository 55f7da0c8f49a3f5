/** What a run came to, as a table for people and as one JSON object for programs. */
import { formatMoney } from '@holdfast/core/units'
import type { Simulation } from './run-simulation.ts'

export interface ReportedRun {
  readonly simulation: Simulation
  readonly seed: number
  readonly load: string
  readonly days: number
  readonly seconds: number
}

export function reportTable({ simulation, seed, load, days, seconds }: ReportedRun): string {
  const { summary, ticks, journal, journalHash } = simulation
  const parts = Object.entries(summary.instanceHours).map(([part, hours]) => `${part} ${hours.toFixed(1)}`)
  const rows: readonly (readonly [string, string])[] = [
    ['run', `seed ${seed}, load ${load}, ${days} d in ${seconds.toFixed(1)} s, ${ticks} ticks`],
    ['operations', `${summary.operations}, of which ${summary.failed} failed`],
    ...summary.levels.map((level): readonly [string, string] => [
      `level ${level.level}`,
      `${percent(level.withinRatio)} within; windows ${level.windowsKept} kept, ${level.windowsBroken} broken, worst ${percent(level.worstWindow)}`,
    ]),
    ['instance-hours', `${summary.instanceHoursTotal.toFixed(1)} (${parts.join(', ')})`],
    ['  of static peak', ratioText(summary.instanceHoursTotal, summary.staticPeakHours)],
    ['  of clairvoyant', ratioText(summary.instanceHoursTotal, summary.clairvoyantHours)],
    ['cost', summary.cost.map(formatMoney).join(' + ')],
    ['remedies', summary.remedies.length === 0 ? 'none' : summary.remedies.map(formatMoney).join(' + ')],
    ['out of level', `${summary.secondsOut} s`],
    ['changes', `${summary.changes} (${summary.changesPerHour.toFixed(2)} an hour)`],
    ['most instances', `${summary.maxInstances}`],
    ['violations', summary.violations.length === 0 ? 'none' : `${summary.violations.length}`],
    ...summary.violations
      .slice(0, SHOWN_VIOLATIONS)
      .map(({ at, invariant, says }): readonly [string, string] => [`  ${at}`, `${invariant}: ${says}`]),
    ['journal', `${journal.length} entries, hash ${journalHash}`],
  ]
  const width = Math.max(...rows.map(([label]) => label.length))
  return rows.map(([label, text]) => `${label.padEnd(width)}  ${text}\n`).join('')
}

const SHOWN_VIOLATIONS = 5

export function reportJson({ simulation, seed, load, days, seconds }: ReportedRun): string {
  const { summary, ticks, journal, journalHash } = simulation
  const cost = summary.cost.map(formatMoney)
  const remedies = summary.remedies.map(formatMoney)
  const report = {
    seed,
    load,
    days,
    seconds,
    ticks,
    ...summary,
    cost,
    remedies,
    entries: journal.length,
    journalHash,
  }
  return `${JSON.stringify(report, null, 2)}\n`
}

const percent = (share: number | null): string =>
  share === null ? 'nothing' : `${(share * 100).toFixed(2)} %`

const ratioText = (hours: number, bound: number | null): string =>
  bound === null || bound === 0 ? 'unknown' : `${(hours / bound).toFixed(3)} × ${bound.toFixed(1)}`
