/**
 * To which service and part what a resource tells of belongs, by its attributes. Says why, and what to set, where it is
 * none of ours.
 */
import type { About } from '@holdfast/core/health'
import { branded, parseName, type InstanceId, type PartName, type SourceName } from '@holdfast/core/units'
import type { Intake, Intakes } from '../intake.ts'

/** Of each service what comes by OTLP is one source. */
const OTLP: SourceName = branded<SourceName>('otlp')

/** What a resource says of itself, as far as it matters; empty where it does not say. */
export interface ResourceFacts {
  readonly service: string
  readonly part: string
  readonly instance: string
  readonly namespace: string
  readonly name: string
  /** Tells processes apart that count each for itself; null where nothing does. */
  readonly process: string | null
}

export type Belonging =
  | { readonly kind: 'taken'; readonly intake: Intake; readonly about: About }
  | { readonly kind: 'refused'; readonly why: string }

export function factsOf(attributes: ReadonlyMap<string, string>): ResourceFacts {
  const of = (key: string): string => attributes.get(key) ?? ''
  return {
    service: of('holdfast.service'),
    part: of('holdfast.part'),
    instance: of('holdfast.instance'),
    namespace: of('service.namespace'),
    name: of('service.name'),
    process: processOf(of('service.instance.id'), of('host.name'), of('process.pid')),
  }
}

function processOf(id: string, host: string, pid: string): string | null {
  if (id !== '') return id
  return host !== '' && pid !== '' ? `${host}/${pid}` : null
}

export function belongingOf(facts: ResourceFacts, intakes: Intakes): Belonging {
  const found = placeOf(facts, intakes)
  if (found === null) return refused(`${whoIs(facts)} is no service`)
  const { intake } = found
  const named = facts.part === '' ? found.part : intake.part(facts.part)
  if (named === null && facts.part !== '')
    return refused(`the service "${intake.service}" has no part "${short(facts.part)}"`)
  if (facts.instance === '') return { kind: 'taken', intake, about: { part: named, instance: null } }
  const instance = parseName<InstanceId>(facts.instance)
  if (!instance.ok) return refused(`"${short(facts.instance)}" is no instance`)
  return { kind: 'taken', intake, about: { part: named, instance: instance.value } }
}

interface Place {
  readonly intake: Intake
  readonly part: PartName | null
}

function placeOf({ service, namespace, name }: ResourceFacts, intakes: Intakes): Place | null {
  if (service !== '') return whole(intakes.of(service, OTLP))
  if (name === '') return null
  const around = namespace === '' ? null : partOf(intakes.of(namespace, OTLP), name)
  return around ?? whole(intakes.of(name, OTLP)) ?? joined(name, intakes)
}

const whole = (intake: Intake | null): Place | null => (intake === null ? null : { intake, part: null })

function partOf(intake: Intake | null, name: string): Place | null {
  const part = intake?.part(name) ?? null
  return intake === null || part === null ? null : { intake, part }
}

/** Of SERVICE and PART joined, both of which may hold hyphens; no name is longer than two and the hyphen. */
function joined(name: string, intakes: Intakes): Place | null {
  if (name.length > 127) return null
  for (let at = name.lastIndexOf('-'); at > 0; at = name.lastIndexOf('-', at - 1)) {
    const place = partOf(intakes.of(name.slice(0, at), OTLP), name.slice(at + 1))
    if (place !== null) return place
  }
  return null
}

const refused = (why: string): Belonging => ({
  kind: 'refused',
  why: `${why}; set holdfast.service and holdfast.part in OTEL_RESOURCE_ATTRIBUTES`,
})

function whoIs({ service, namespace, name }: ResourceFacts): string {
  if (service !== '') return `holdfast.service "${short(service)}"`
  if (name === '') return 'a resource without service.name'
  const within = namespace === '' ? '' : ` within service.namespace "${short(namespace)}"`
  return `service.name "${short(name)}"${within}`
}

const short = (text: string): string => (text.length > 64 ? `${text.slice(0, 63)}…` : text)
