/** Reads agreements from files of manifests and writes them as documents of OpenSLO; none where there is none. */
import { ok, type Result } from '@holdfast/core/units'
import type { Problem } from '../errors/index.ts'
import { readManifests, type SourceFile } from '../manifests/index.ts'
import { exportOpenSlo, type Exported } from './export-agreements.ts'

export function exportOpenSloFiles(files: readonly SourceFile[]): Result<Exported, Problem> {
  const read = readManifests(files)
  return read.ok ? ok(exportOpenSlo(read.value)) : read
}
