/** Simulated runs for people: what was asked, the figures beside each other, and Holdfast's run as a chart. */
import { branded, formatMoney, type LevelName, type Money, type PartName } from '@holdfast/core/units'
import { cleanDeep } from '../clean.ts'
import { figures, percents } from '../figures.ts'
import type { CommandContext } from '../perform.ts'
import { runTable, type RunRow } from '../run-table.ts'
import { factLines, section } from '../sections.ts'
import { NOTHING } from '../table.ts'
import { chartLines, durationText } from './chart.ts'
import type { Simulated, SimulatedRun } from './run-all.ts'

const MS_PER_HOUR = 3_600_000

/** Sections are indented by as much. */
const INDENT = 2

export function simulationPage(given: Simulated, { io, paint }: CommandContext): readonly string[] {
  const { service, agreements, advised, says, duration, seed, runs, series, shown, violations } =
    cleanDeep(given)
  return [
    ...factLines(
      [
        ['Service', service.name],
        ['Mode', advised ? 'as if it acted; in operation the service is only advised' : ''],
        ['Agreements', agreements.map(({ name }) => name).join(', ')],
        ['Load', `${says}, for ${durationText(duration)}`],
        ['Seed', String(seed)],
        ['Broken rules', violations === 0 ? '' : paint('bad', `${violations} plans broke an invariant`)],
      ],
      paint,
    ),
    ...section(
      'What it comes to',
      runTable(
        runs.map(({ name }) => name),
        rowsOf(runs, duration),
        paint,
      ),
      paint,
    ),
    ...section(
      'How it went',
      chartLines(series, { columns: io.stdout.columns - INDENT, paint, shown }),
      paint,
    ),
  ]
}

function rowsOf(runs: readonly SimulatedRun[], duration: number): readonly RunRow[] {
  const hours = duration / MS_PER_HOUR
  const numbers = (
    what: string,
    of: (run: SimulatedRun) => number | null,
    write: (values: readonly (number | null)[]) => readonly string[] = figures,
  ): RunRow => ({ what, cells: write(runs.map(of)) })
  const levels = [...new Set(runs.flatMap(({ figures }) => figures.levels.map(({ level }) => level)))]
  const parts = Object.keys(runs[0]?.figures.instanceMs ?? {}).map(branded<PartName>)
  return [
    numbers('operations', ({ figures: { completed, failed } }) => completed + failed),
    numbers('of which failed', ({ figures }) => figures.failed),
    ...levels.flatMap((name) => levelRows(name, numbers)),
    ...parts.flatMap((part) => [
      numbers(`${part}: instances, mean`, ({ figures }) => (figures.instanceMs[part] ?? 0) / duration),
      {
        what: `${part}: least to most`,
        cells: runs.map(({ spread }) => {
          const of = spread[part]
          return of === undefined ? NOTHING : `${of.least}–${of.most}`
        }),
      },
    ]),
    numbers('instance-hours', ({ figures }) => totalHours(figures.instanceMs)),
    moneyRow('cost of instances', runs, ({ instances }) => instances),
    moneyRow('remedies owed', runs, ({ remedies }) => remedies),
    moneyRow('in all', runs, ({ total }) => total),
    numbers('scalings an hour', ({ figures }) => figures.scalings / hours),
  ]
}

function levelRows(
  name: LevelName,
  numbers: (
    what: string,
    of: (run: SimulatedRun) => number | null,
    write?: (values: readonly (number | null)[]) => readonly string[],
  ) => RunRow,
): readonly RunRow[] {
  const of = ({ figures }: SimulatedRun) => levelOf(figures, name)
  return [
    numbers(`${name}: within the limit (%)`, (run) => of(run)?.share ?? null, percents),
    numbers(`${name}: windows kept`, (run) => of(run)?.kept ?? null),
    numbers(`${name}: windows broken`, (run) => of(run)?.broken ?? null),
    numbers(`${name}: seconds below it`, (run) => of(run)?.secondsBelow ?? null),
  ]
}

export interface LevelOutcome {
  readonly met: number
  readonly missed: number
  /** Null where nothing was counted. */
  readonly share: number | null
  readonly kept: number
  readonly broken: number
  readonly secondsBelow: number
}

export function levelOf(figures: SimulatedRun['figures'], name: LevelName): LevelOutcome | null {
  const level = figures.levels.find((one) => one.level === name)
  if (level === undefined) return null
  const windows = level.windows.filter(({ met, missed }) => met + missed > 0)
  const met = windows.reduce((sum, window) => sum + window.met, 0)
  const missed = windows.reduce((sum, window) => sum + window.missed, 0)
  const broken = windows.filter((one) => one.met < level.promised * (one.met + one.missed)).length
  return {
    met,
    missed,
    share: met + missed === 0 ? null : met / (met + missed),
    kept: windows.length - broken,
    broken,
    secondsBelow: level.secondsBelow,
  }
}

export const totalHours = (instanceMs: SimulatedRun['figures']['instanceMs']): number =>
  Object.values(instanceMs).reduce((sum, ms) => sum + ms, 0) / MS_PER_HOUR

function moneyRow(
  what: string,
  runs: readonly SimulatedRun[],
  of: (money: SimulatedRun['money']) => readonly Money[],
): RunRow {
  return {
    what,
    cells: runs.map(({ money }) => of(money).map(formatMoney).join(' + ') || '0'),
  }
}
