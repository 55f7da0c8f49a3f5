/**
 * Health in shared memory: after each tick every service's figures are in its file, for Performance Co-Pilot and for
 * whoever else maps it. What goes wrong here is said once and tried again with the next tick; the loop never feels it.
 */
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { problem, ProblemError } from '../../errors/index.ts'
import { figuresOf } from './health-figures.ts'
import { removeLeftovers } from './leftovers.ts'
import { createMmvFile, type MmvFile } from './mmv-file.ts'
import { fileName } from './names.ts'
import type { ShownHealth } from '../shown-health.ts'

export interface MmvOutlet extends Disposable {
  /** Called after each tick with the services that there are; the files of the others are removed. */
  ticked(services: ReadonlySet<string>): void
}

export interface MmvOutletDependencies {
  readonly directory: string
  /** What the API would say at this moment. */
  readonly health: (service: string) => ShownHealth
  readonly now: () => number
  readonly log: { warn(fields: object, message: string): void }
}

/** Each holds a file open; tools read no more than some thousand. */
export const MAX_FILES = 1_000

interface Outlet {
  readonly name: string
  readonly file: MmvFile
  failing: boolean
  leftOut: number
}

/** Throws a ProblemError where the directory cannot be written. */
export function createMmvOutlet(given: MmvOutletDependencies): MmvOutlet {
  const { directory, now, log } = given
  openDirectory(directory)
  removeLeftovers(directory, now())
  const outlets = new Map<string, Outlet>()
  let beyond = 0
  return {
    ticked: (services) => {
      for (const [service, { file }] of outlets) {
        if (services.has(service)) continue
        outlets.delete(service)
        attempt(() => file.remove(), log)
      }
      for (const service of services) {
        if (!outlets.has(service) && outlets.size >= MAX_FILES) continue
        update(given, service, outlets)
      }
      const left = services.size - outlets.size
      if (left > beyond) log.warn({ left, limit: MAX_FILES }, 'Services were left out of shared memory.')
      beyond = left
    },
    [Symbol.dispose]: () => {
      for (const { file } of outlets.values()) attempt(() => file.remove(), log)
      outlets.clear()
    },
  }
}

function openDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true })
    accessSync(directory, constants.W_OK | constants.X_OK)
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error)
    throw new ProblemError(
      problem('file-unwritable', `Shared memory cannot be written to ${directory}: ${says}.`),
    )
  }
}

function update(given: MmvOutletDependencies, service: string, outlets: Map<string, Outlet>): void {
  const { health, log } = given
  const outlet = outlets.get(service) ?? newOutlet(given, service, outlets)
  outlets.set(service, outlet)
  try {
    const figures = figuresOf(health(service))
    outlet.file.update(figures)
    outlet.failing = false
    const { leftOut } = figures
    if (leftOut > outlet.leftOut) log.warn({ service, leftOut }, 'Parts or levels beyond what a file holds.')
    outlet.leftOut = leftOut
  } catch (error) {
    if (!outlet.failing)
      log.warn({ err: error, service }, 'Shared memory could not be written; the next tick tries again.')
    outlet.failing = true
  }
}

/** A name that another server has taken in the same directory is left to it. */
function newOutlet(
  { directory, now }: MmvOutletDependencies,
  service: string,
  outlets: ReadonlyMap<string, Outlet>,
): Outlet {
  const isTaken = (name: string): boolean =>
    outlets.values().some((other) => other.name === name) || existsSync(join(directory, name))
  const name = fileName(service, isTaken)
  return { name, file: createMmvFile({ directory, name, now }), failing: false, leftOut: 0 }
}

function attempt(work: () => void, log: MmvOutletDependencies['log']): void {
  try {
    work()
  } catch (error) {
    log.warn({ err: error }, 'A file in shared memory could not be removed.')
  }
}
