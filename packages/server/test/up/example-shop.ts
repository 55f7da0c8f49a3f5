/**
 * The example's own shop and shoppers, in a directory and on ports of their own: each instance takes in four
 * times as much, so that fewer of them need to run, the shoppers come at a steady rate, and the agreement leaves a
 * busy machine some time.
 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Ports } from './running-server.ts'

const EXAMPLE = fileURLToPath(new URL('../../../../examples/three-part', import.meta.url))
const PROGRAMS = ['part.ts', 'shoppers.ts', 'factor.ts'] as const
const MANIFESTS = ['service.yaml', 'agreement.yaml', 'shoppers.yaml'] as const
const TIMES_AS_QUICK = 4
/** The shop takes 80 ms of itself; a machine that is busy with other tests adds more than the agreed 20 ms to it. */
const LIMIT_MS = 160

/** Writes it into the directory, where a file `factors` makes trouble as the example's README says. */
export function writeExampleShop(directory: string, { service }: Ports, perSecond: number): void {
  for (const program of PROGRAMS) copyFileSync(join(EXAMPLE, program), join(directory, program))
  for (const manifest of MANIFESTS) {
    const text = readFileSync(join(EXAMPLE, manifest), 'utf8')
      .replaceAll('8080', String(service))
      .replaceAll(/(CAPACITY_PER_SECOND: '|capacity: )(\d+)/g, (_, key: string, perSecond: string) => {
        return `${key}${Number(perSecond) * TIMES_AS_QUICK}`
      })
      .replaceAll('limit: 100ms', `limit: ${LIMIT_MS}ms`)
      .replaceAll(/((?:LOW|HIGH)_PER_SECOND: )'\d+'/g, `$1'${perSecond}'`)
    writeFileSync(join(directory, manifest), text)
  }
}
