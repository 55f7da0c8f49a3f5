/**
 * Operations are counted by the name of a level, so no two agreements on one service may have levels of one
 * name. Within an agreement a schedule may use a name again: at any time only one of its levels counts.
 */
import type { Fault } from '../errors/index.ts'
import { manifestsOf, type ManifestOf, type ParsedManifest } from './manifest.ts'
import type { Path } from './text/path.ts'

/** One for each place where an agreement uses a name that an earlier one has. */
export function levelNamesTakenTwice(all: readonly ParsedManifest[]): readonly Fault[] {
  /** By service, then by level: the first agreement that has it. */
  const holders = new Map<string, Map<string, string>>()
  return manifestsOf(all, 'Agreement').flatMap(({ manifest, locate }) => {
    const { service } = manifest.spec
    const agreement = manifest.metadata.name
    const holder = holders.get(service) ?? new Map<string, string>()
    holders.set(service, holder)
    return namedLevels(manifest).flatMap(({ name, path }) => {
      const first = holder.get(name) ?? agreement
      holder.set(name, first)
      if (first === agreement) return []
      const message = `Agreement "${first}" on service "${service}" has a level "${name}" already.`
      const hint = 'Give this one another name: levels of one service are counted by their names.'
      return [{ message, hint, place: locate(path) }]
    })
  })
}

function namedLevels({
  spec: { levels, schedule = [] },
}: ManifestOf<'Agreement'>): readonly { readonly name: string; readonly path: Path }[] {
  return [
    ...levels.map(({ name }, index) => ({ name, path: ['spec', 'levels', index, 'name'] })),
    ...schedule.flatMap((entry, at) =>
      (entry.levels ?? []).map(({ name }, index) => ({
        name,
        path: ['spec', 'schedule', at, 'levels', index, 'name'],
      })),
    ),
  ]
}
