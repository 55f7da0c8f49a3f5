/** Checks what manifests say of one another, over all that there would be once they are applied. */
import type { Fault } from '../errors/index.ts'
import { checkAgreement } from './check-agreement.ts'
import { checkService } from './check-service.ts'
import { checkAbout, checkRule, metricsRuledTwice } from './check-source.ts'
import { checkWatch } from './check-watch.ts'
import { levelNamesTakenTwice } from './level-names.ts'
import { manifestsOf, type ParsedManifest } from './manifest.ts'

export function checkManifests(all: readonly ParsedManifest[]): readonly Fault[] {
  return [
    ...manifestsOf(all, 'Service').flatMap((service) => checkService(service, all)),
    ...portsTakenTwice(all),
    ...manifestsOf(all, 'Agreement').flatMap((agreement) => checkAgreement(agreement, all)),
    ...levelNamesTakenTwice(all),
    ...manifestsOf(all, 'Source').flatMap((source) => checkAbout(source, all)),
    ...manifestsOf(all, 'Rule').flatMap((rule) => [...checkAbout(rule, all), ...checkRule(rule)]),
    ...manifestsOf(all, 'Watch').flatMap((watch) => [...checkAbout(watch, all), ...checkWatch(watch)]),
    ...metricsRuledTwice(all),
  ]
}

function portsTakenTwice(all: readonly ParsedManifest[]): readonly Fault[] {
  const first = new Map<number, string>()
  return manifestsOf(all, 'Service').flatMap(({ manifest, locate }) => {
    const port = manifest.spec.gateway?.port ?? null
    if (port === null) return []
    const other = first.get(port)
    first.set(port, other ?? manifest.metadata.name)
    if (other === undefined) return []
    const message = `Port ${port} is that of service "${other}" already.`
    return [
      { message, hint: 'Give each service a port of its own.', place: locate(['spec', 'gateway', 'port']) },
    ]
  })
}
