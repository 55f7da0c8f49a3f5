/**
 * `npm run sim`: the example shop under its agreement for simulated days, in seconds. Bad use ends with exit
 * code 2, an invariant that was broken with 1.
 */
import { parseArgs } from 'node:util'
import { days as daysLong, seconds } from '@holdfast/core/units'
import { LOAD_FORMS, parseLoad } from './load-text.ts'
import { reportJson, reportTable } from './report.ts'
import { simulate } from './run-simulation.ts'
import { shop, shopAgreement } from './shop.ts'
import type { SimulatedTick } from './simulation-input.ts'

const USAGE = `Runs the example shop under its agreement in a simulated world.

  npm run sim -- [--seed N] [--days D] [--load LOAD] [--json]

  --seed N     the same number gives the same run (1)
  --days D     simulated days, fractions allowed (1)
  --load LOAD  what clients send (sine:1,9,24h); one of
${LOAD_FORMS.map((form) => `                 ${form}`).join('\n')}
  --json       one JSON object in place of the table
  --help       this text
`

/** A year in one run is enough for every question that a day cannot answer. */
const MAX_DAYS = 366

const TICK_SECONDS = 5

/** Between two lines of progress, in ticks. */
const PROGRESS_EVERY = 200

function main(): void {
  const options = readOptions()
  if (options.kind === 'help') process.stdout.write(USAGE)
  else if (options.kind === 'bad') {
    process.stderr.write(`${options.says}\nTry: npm run sim -- --help\n`)
    process.exitCode = 2
  } else run(options)
}

interface RunOptions {
  readonly kind: 'run'
  readonly seed: number
  readonly days: number
  readonly load: string
  readonly json: boolean
}

type Options = RunOptions | { readonly kind: 'help' } | { readonly kind: 'bad'; readonly says: string }

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: 'string', default: '1' },
        days: { type: 'string', default: '1' },
        load: { type: 'string', default: 'sine:1,9,24h' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return { kind: 'help' }
    const [seed, days] = [Number(values.seed), Number(values.days)]
    if (!Number.isInteger(seed))
      return { kind: 'bad', says: `--seed "${values.seed}" is not a whole number.` }
    if (!(days > 0 && days <= MAX_DAYS))
      return { kind: 'bad', says: `--days "${values.days}" is not a number above 0 and up to ${MAX_DAYS}.` }
    return { kind: 'run', seed, days, load: values.load, json: values.json }
  } catch (error) {
    return { kind: 'bad', says: error instanceof Error ? error.message : String(error) }
  }
}

function run({ seed, days, load, json }: RunOptions): void {
  const shape = parseLoad(load)
  if (!shape.ok) {
    process.stderr.write(`${shape.error}\n`)
    process.exitCode = 2
    return
  }
  const startedMs = performance.now()
  const simulation = simulate({
    service: shop,
    agreements: [shopAgreement],
    load: shape.value,
    seed,
    duration: daysLong(days),
    tickEvery: seconds(TICK_SECONDS),
    ...(process.stderr.isTTY ? { onTick: progress() } : {}),
  })
  const reported = { simulation, seed, load, days, seconds: (performance.now() - startedMs) / 1_000 }
  process.stdout.write(json ? reportJson(reported) : reportTable(reported))
  if (simulation.summary.violations.some(({ severity }) => severity === 'error')) process.exitCode = 1
}

/** One line that is written over and over, and wiped at the end. */
function progress(): (ticked: SimulatedTick) => void {
  let ticks = 0
  return ({ share, desired }) => {
    ticks += 1
    if (share >= 1) process.stderr.write('\r\u001B[K')
    else if (ticks % PROGRESS_EVERY === 0)
      process.stderr.write(`\r\u001B[Ksimulated ${(share * 100).toFixed(0)} %, ${desired.length} instances`)
  }
}

main()
