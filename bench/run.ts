/**
 * `npm run bench -- NAME [--quick] [--json]` runs one bench; without a name it lists them. A goal that does
 * not hold is said, but is no failure of the run: exit code 0. What cannot run ends with 1, bad use with 2.
 */
import { parseArgs } from 'node:util'
import { CannotRun, thisMachine, type Bench, type Claim, type Report } from './bench.ts'
import { allocation } from './allocation/allocation.ts'
import { attribution } from './attribution/attribution.ts'
import { forecast } from './forecast/forecast.ts'
import { gateway } from './gateway/gateway.ts'
import { health } from './health/health.ts'
import { ingest } from './ingest/ingest.ts'
import { mad } from './mad/mad.ts'
import { otlp } from './otlp/otlp.ts'
import { pacing } from './pacing/pacing.ts'
import { pacingFleet } from './pacing-fleet/pacing-fleet.ts'
import { pacingServer } from './pacing-server/pacing-server.ts'
import { quote } from './quote/quote.ts'
import { scale } from './scale/scale.ts'
import { wrapper } from './wrapper/wrapper.ts'

const benches: readonly Bench[] = [
  allocation,
  attribution,
  forecast,
  gateway,
  health,
  ingest,
  mad,
  otlp,
  pacing,
  pacingFleet,
  pacingServer,
  quote,
  scale,
  wrapper,
]

const usage = 'npm run bench -- NAME [--quick] [--json]'

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
    })
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function main(): Promise<number> {
  const read = readArguments()
  if (typeof read === 'string') return refuse(read)
  const { values, positionals } = read
  const [name, ...more] = positionals
  if (more.length > 0) return refuse(`One bench at a time, not also "${more.join(' ')}".`)
  if (name === undefined) {
    process.stdout.write(`${usage}\n\n${benches.map(({ name, says }) => `  ${name}  ${says}`).join('\n')}\n`)
    return 0
  }
  const bench = benches.find((candidate) => candidate.name === name)
  if (bench === undefined) {
    return refuse(`There is no bench "${name}"; there is: ${benches.map(({ name }) => name).join(', ')}.`)
  }
  const say = (progress: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`${progress}\n`)
  }
  const notes: string[] = []
  const claims = await bench
    .run({ quick: values.quick, say, note: (line) => notes.push(line) })
    .catch((error: unknown) => {
      if (error instanceof CannotRun) return error.message
      throw error
    })
  if (typeof claims === 'string') {
    process.stderr.write(`${claims}\n`)
    return 1
  }
  const report: Report = { bench: bench.name, machine: thisMachine(), claims, notes }
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : table(report))
  return 0
}

function refuse(why: string): number {
  process.stderr.write(`${why}\nUsage: ${usage}\n`)
  return 2
}

function table({ machine, claims, notes }: Report): string {
  const rows = [['claim', 'unit', 'ours', 'peers', 'bound', 'goal', 'holds'], ...claims.map(row)]
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? []
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const { processor, cores, platform, node } = machine
  const about = [...notes, `${processor}, ${cores} cores, ${platform}, Node ${node}`]
  return `${lines.join('\n')}\n\n${about.join('\n')}\n`
}

function row({ claim, unit, ours, peers, bound, goal, holds }: Claim): string[] {
  const beside = Object.entries(peers).map(([name, value]) => `${name} ${value}`)
  return [claim, unit, String(ours), beside.join(', '), String(bound ?? '-'), goal, holds ? 'yes' : 'NO']
}

process.exitCode = await main()
