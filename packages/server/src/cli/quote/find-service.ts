/**
 * Reads the files that a quote is made from: those that are named, and where these do not state the service
 * whole, the others of the same folders. No server is asked.
 */
import { relative, resolve } from 'node:path'
import type { Result } from '@holdfast/core/units'
import { isComplete, joinDeclared, readNamed, type DeclaredService } from '../../declared/index.ts'
import type { ProblemDocument } from '../failure.ts'
import type { FileOptions } from '../file-options.ts'
import type { Io } from '../io.ts'
import { readManifestFiles } from '../manifest-files.ts'

export async function findService(
  io: Io,
  options: FileOptions,
): Promise<Result<DeclaredService, ProblemDocument>> {
  const files = await readManifestFiles(io, options)
  if (!files.ok) return files
  const named = readNamed(files.value)
  if (!named.ok) return named
  if (isComplete(named.value)) return joinDeclared(named.value, [])
  const known = new Set(files.value.map(({ name }) => resolve(io.cwd, name)))
  const directories = new Set(files.value.map(({ directory }) => directory))
  const beside: Parameters<typeof joinDeclared>[1][number][] = []
  for (const directory of directories) {
    const there = await readManifestFiles(io, { filename: [relative(io.cwd, directory) || '.'] })
    // What lies beside was not asked for: where it cannot be read, the missing service is what is told.
    if (there.ok) beside.push(...there.value.filter(({ name }) => !known.has(resolve(io.cwd, name))))
  }
  return joinDeclared(named.value, beside)
}
