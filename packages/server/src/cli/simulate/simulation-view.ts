/** Simulated runs for programs: money as the API writes it, times in the unit that the name says. */
import { formatMoney } from '@holdfast/core/units'
import type { Simulated, SimulatedRun } from './run-all.ts'
import { levelOf, totalHours } from './simulation-page.ts'

const MS_PER_HOUR = 3_600_000

export function simulationView({
  service,
  agreements,
  advised,
  says,
  duration,
  seed,
  runs,
  journalHash,
}: Simulated): object {
  return {
    service: service.name,
    agreements: agreements.map(({ name }) => name),
    advised,
    load: says,
    seconds: duration / 1_000,
    seed,
    journalHash,
    runs: runs.map((run) => runView(run, duration)),
  }
}

function runView({ name, figures, money, spread }: SimulatedRun, duration: number): object {
  return {
    name: name.toLowerCase(),
    operations: figures.completed + figures.failed,
    failed: figures.failed,
    levels: figures.levels.map(({ level, promised }) => ({ level, promised, ...levelOf(figures, level) })),
    parts: Object.entries(figures.instanceMs).map(([part, ms]) => ({
      part,
      mean: ms / duration,
      ...(spread as Readonly<Record<string, object>>)[part],
      hours: ms / MS_PER_HOUR,
    })),
    instanceHours: totalHours(figures.instanceMs),
    cost: money.instances.map(formatMoney),
    remedies: money.remedies.map(formatMoney),
    total: money.total.map(formatMoney),
    scalingsPerHour: (figures.scalings * MS_PER_HOUR) / duration,
  }
}
