/** The kinds of things that commands name, with every way to write them. */

/** Those that are applied from manifests; the word is their place in the API too. */
export const manifestKinds = [
  'services',
  'agreements',
  'offers',
  'instance-types',
  'owners',
  'sources',
  'rules',
  'watches',
] as const

export const listedKinds = [...manifestKinds, 'instances', 'verdicts', 'keys'] as const

export type ManifestKind = (typeof manifestKinds)[number]
export type ListedKind = (typeof listedKinds)[number]

/** Other ways to write them, besides the plural. */
export const alsoWritten: Readonly<Record<ListedKind, readonly string[]>> = {
  services: ['service', 'svc'],
  agreements: ['agreement'],
  offers: ['offer'],
  'instance-types': ['instance-type', 'instancetypes', 'instancetype'],
  owners: ['owner'],
  sources: ['source'],
  rules: ['rule'],
  watches: ['watch'],
  instances: ['instance'],
  verdicts: ['verdict'],
  keys: ['key', 'tokens', 'token'],
}

export function singular(kind: ListedKind): string {
  return alsoWritten[kind][0] ?? kind
}
