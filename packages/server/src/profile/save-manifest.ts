/** Writes a manifest over the one that was read, unless somebody else has changed that meanwhile. */
import { readFile, writeFile } from 'node:fs/promises'
import { fail, ok, type Result } from '@holdfast/core/units'
import { problem, type Problem } from '../errors/index.ts'

export async function saveManifest(
  path: string,
  before: string,
  after: string,
): Promise<Result<null, Problem>> {
  try {
    if ((await readFile(path, 'utf8')) !== before)
      return fail(problem('version-conflict', `${path} was changed while the parts were profiled.`))
    await writeFile(path, after)
    return ok(null)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return fail(problem('file-unreadable', `${path} cannot be written: ${why}.`))
  }
}
