/**
 * What the offers that the server knows come to for one service: each is read as the agreement that it would
 * be, and quoted with what was measured of the service where that is known. Pure.
 */
import {
  byFitness,
  fitnessOf,
  quote,
  type Fitness,
  type QuoteFault,
  type TermsQuote,
} from '@holdfast/core/quote'
import {
  fail,
  formatMoney,
  ok,
  type EpochMs,
  type Money,
  type PerSecond,
  type Result,
} from '@holdfast/core/units'
import { problem, type Fault, type Problem } from '../../errors/index.ts'
import {
  agreementOfOffer,
  checkAgreement,
  manifestsOf,
  resolveServices,
  unmetPlaces,
  type ManifestOf,
  type ParsedManifest,
  type Region,
} from '../../manifests/index.ts'
import type { OfferView, PartView, ServiceOffersView } from '../api.ts'

export interface OffersInput {
  readonly service: Stated<'Service'>
  /** What whoever asks may see. */
  readonly all: readonly ParsedManifest[]
  /** As the loop has them; empty for a service that it does not know yet. */
  readonly parts: readonly PartView[]
  /** Stands in the place of the offered loads; null for those. */
  readonly load: PerSecond | null
  readonly region: Region
  /** Whose services run here. */
  readonly owners: readonly (string | null)[]
  readonly now: EpochMs
}

type Stated<Kind extends 'Service' | 'Agreement'> = ParsedManifest & { readonly manifest: ManifestOf<Kind> }

interface Ranked {
  readonly view: OfferView
  readonly fitness: Fitness
}

export function serviceOffers(input: OffersInput): Result<ServiceOffersView, Problem> {
  const { manifest } = input.service
  const { name } = manifest.metadata
  const ranked: Ranked[] = []
  for (const offer of manifestsOf(input.all, 'Offer')) {
    const quoted = quoteOffer(agreementOfOffer(offer, name), input)
    if (!quoted.ok) return quoted
    ranked.push(...quoted.value)
  }
  const measured = measuredMs(input)
  return ok({
    service: name,
    profile: manifest.spec.parts.map((part) => ({
      part: part.name,
      expectedServiceMs: part.characteristics?.serviceTime.mean ?? null,
      measuredServiceMs: measured[part.name] ?? null,
    })),
    offers: ranked.toSorted((left, right) => byFitness(left.fitness, right.fitness)).map(({ view }) => view),
  })
}

const measuredMs = ({ parts }: OffersInput): Readonly<Record<string, number>> =>
  Object.fromEntries(
    parts.flatMap(({ part, plannedServiceMs }) =>
      plannedServiceMs === null ? [] : [[part, plannedServiceMs]],
    ),
  )

/** Fails only where the service is at fault, which no other offer would mend. */
function quoteOffer(agreement: Stated<'Agreement'>, input: OffersInput): Result<readonly Ranked[], Problem> {
  const { service, all, load, now } = input
  const unfit = checkAgreement(agreement, all)
  if (unfit.length > 0) return ok([misfit(agreement, unfit)])
  const others = all.filter(({ manifest }) => manifest.kind !== 'Agreement')
  const { name } = service.manifest.metadata
  const resolved = resolveServices([...others, agreement]).find((one) => one.service.name === name)
  if (resolved === undefined) throw new Error(`The service "${name}" is stored and was not resolved.`)
  const answer = quote({
    service: resolved.service,
    agreements: resolved.agreements,
    overheadMs: 0,
    measuredMs: measuredMs(input),
    load,
    at: now,
  })
  const unmet = unmetPlaces(agreement, service.manifest.metadata.owner, input)
  if (answer.ok) return ok(answer.value.terms.map((terms) => rankedTerms(terms, unmet)))
  if (answer.error.code === 'no-load') return ok([misfit(agreement, [answer.error])])
  const faults = [placedInService(answer.error, service)]
  return fail(problem('manifest-invalid', 'The service says too little for a quote.', faults))
}

function placedInService(
  { message, hint, ...fault }: QuoteFault,
  { manifest, locate }: Stated<'Service'>,
): Fault {
  const index =
    fault.code === 'no-characteristics'
      ? manifest.spec.parts.findIndex(({ name }) => name === fault.part)
      : null
  return { message, hint, place: locate(index === null ? ['spec', 'gateway'] : ['spec', 'parts', index]) }
}

const misfit = (
  { manifest }: Stated<'Agreement'>,
  faults: readonly Pick<Fault, 'message' | 'hint'>[],
): Ranked => ({
  view: {
    offer: manifest.metadata.name,
    entry: null,
    canBeKept: false,
    because: faults.map(({ message }) => message),
    relax: faults.map(({ hint }) => hint),
    quote: null,
  },
  fitness: { canBeKept: false, priceMicros: 0n },
})

function rankedTerms(terms: TermsQuote, unmet: readonly string[]): Ranked {
  const { agreement, entry, canBeMet, load, withWaiting, money, relax } = terms
  const canBeKept = canBeMet && unmet.length === 0
  const missed = withWaiting.levels.flatMap(({ kept, level, says }) =>
    kept === false ? [`${level}: ${says}`] : [],
  )
  const limited =
    canBeMet || missed.length > 0 ? [] : ['The caps leave no room for the instances that it takes.']
  return {
    view: {
      offer: agreement,
      entry,
      canBeKept,
      because: [...(canBeMet ? [] : missed), ...limited, ...unmet],
      relax: relax.map(({ says }) => says),
      quote: {
        loadPerSecond: load.perSecond,
        counts: withWaiting.counts,
        instances: withWaiting.total,
        costPerMonth: formatMoney(money.cost.perMonth),
        pricePerMonth: amount(money.price?.perMonth),
        marginPerMonth: amount(money.margin?.perMonth),
      },
    },
    fitness: { ...fitnessOf(terms), canBeKept },
  }
}

const amount = (money: Money | undefined): string | null => (money === undefined ? null : formatMoney(money))
