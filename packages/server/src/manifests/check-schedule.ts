/** Finds what a schedule keeps from ever being in force. Entries may overlap: the first that holds counts. */
import type { ScheduleEntry, SchedulePeriod } from '@holdfast/core/agreement'
import type { Fault } from '../errors/index.ts'
import type { ManifestOf } from './manifest.ts'
import type { Locate } from './text/path.ts'

export function checkSchedule(
  { schedule = [], conditions = [] }: ManifestOf<'Agreement'>['spec'],
  locate: Locate,
): readonly Fault[] {
  const always = schedule.findIndex(({ period }) => holdsAlways(period))
  const entry = schedule[always]
  if (entry === undefined) return []
  const hint = 'Give its period times, weekdays or dates, or leave out what it replaces.'
  const never = (message: string, path: readonly (string | number)[]): Fault => ({
    message,
    hint,
    place: locate(path),
  })
  const [later] = schedule.slice(always + 1)
  const behind = (replaced: string): string =>
    `${replaced} never in force: entry "${entry.name}" of the schedule always holds.`
  return [
    ...(entry.levels === undefined ? [] : [never(behind('These levels are'), ['spec', 'levels'])]),
    ...(replacesConditions(entry) && conditions.length > 0
      ? [never(behind('These conditions are'), ['spec', 'conditions'])]
      : []),
    ...(later === undefined
      ? []
      : [never(behind(`Entry "${later.name}" is`), ['spec', 'schedule', always + 1, 'name'])]),
  ]
}

const replacesConditions = ({ conditions }: ScheduleEntry): boolean => conditions !== undefined

function holdsAlways({ from = 0, to = 24 * 60, weekdays, firstDate, lastDate }: SchedulePeriod): boolean {
  const everyDay = weekdays === undefined || new Set(weekdays).size === 7
  const allDay = from === to || (from === 0 && to === 24 * 60)
  return everyDay && allDay && firstDate === undefined && lastDate === undefined
}
