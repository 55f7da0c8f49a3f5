/**
 * Lets whoever plays with the shop make trouble while it runs: a file of lines such as `data 3` or
 * `shoppers 3` says by which factor something is more than usual. It is looked at every half second by each
 * program, so it reaches instances that run and those that start later; without it all is as usual.
 */
import { readFileSync, watchFile } from 'node:fs'

const FILE = process.env['FACTORS_FILE'] ?? 'factors'
const LOOK_EVERY_MS = 500

let factors = readFactors()
watchFile(FILE, { interval: LOOK_EVERY_MS, persistent: false }, () => (factors = readFactors()))

/** What the file says of the name; 1 where it says nothing. */
export function factorOf(name: string): number {
  return factors.get(name) ?? 1
}

function readFactors(): ReadonlyMap<string, number> {
  const said = new Map<string, number>()
  for (const line of linesOf(FILE)) {
    const [name = '', value] = line.split(/\s+/)
    const factor = Number(value)
    if (factor > 0 && Number.isFinite(factor)) said.set(name, factor)
    else process.stderr.write(`${FILE}: "${line}" is left out; write a name and a number, such as "data 3"\n`)
  }
  return said
}

function linesOf(file: string): readonly string[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n')
    return lines.map((line) => line.trim()).filter((line) => line !== '')
  } catch {
    // Mostly there is none.
    return []
  }
}
