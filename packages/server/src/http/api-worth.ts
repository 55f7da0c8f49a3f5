/** Of the API what is said of money before it is earned: what offers come to, and promises that are not worth keeping. */

/** What one offer comes to for a service; of an offer with a schedule each entry by itself. */
export interface OfferView {
  readonly offer: string
  readonly entry: string | null
  readonly canBeKept: boolean
  /** Why not; empty where it can. */
  readonly because: readonly string[]
  /** What would be enough to change, any one of it. */
  readonly relax: readonly string[]
  /** Null where the offer does not fit the service at all. */
  readonly quote: {
    readonly loadPerSecond: number
    readonly counts: Readonly<Record<string, number>>
    readonly instances: number
    readonly costPerMonth: string
    /** Null where it cannot be known beforehand. */
    readonly pricePerMonth: string | null
    readonly marginPerMonth: string | null
  } | null
}

/** The offers that the server knows, for one service: those that can be kept first, the cheapest price first. */
export interface ServiceOffersView {
  readonly service: string
  /** What each part is taken to need for one operation. */
  readonly profile: readonly {
    readonly part: string
    readonly expectedServiceMs: number | null
    /** Stands in the place of what is expected; null before enough was measured. */
    readonly measuredServiceMs: number | null
  }[]
  readonly offers: readonly OfferView[]
}

/** A promise that planning will give up: its remedies are worth less than the instances that keep it. */
export interface ApplyWarning {
  readonly agreement: string
  /** Of the agreement's schedule; null for its own terms. */
  readonly entry: string | null
  /** Of the instances that keep the promise, beyond those without it. */
  readonly savedPerMonth: string
  /** Without those instances. */
  readonly owedPerMonth: string
  /** The price above which the promise is worth keeping. */
  readonly pricePerMonth: string
  readonly says: string
}
