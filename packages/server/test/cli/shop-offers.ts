/** What money makes of the shop, as the API says it: offers that can be kept, cannot or do not fit, and a promise given up. */
import type { ApplyWarning, ServiceOffersView } from '../../src/http/api.ts'

export const offers: ServiceOffersView = {
  service: 'shop',
  profile: [
    { part: 'interface', expectedServiceMs: 10, measuredServiceMs: 10.4 },
    { part: 'processing', expectedServiceMs: 20, measuredServiceMs: null },
  ],
  offers: [
    {
      offer: 'gold',
      entry: null,
      canBeKept: true,
      because: [],
      relax: [],
      quote: {
        loadPerSecond: 10,
        counts: { interface: 4, processing: 5, data: 9 },
        instances: 18,
        costPerMonth: '262.80 EUR',
        pricePerMonth: '400.00 EUR',
        marginPerMonth: '137.20 EUR',
      },
    },
    {
      offer: 'platinum',
      entry: 'night',
      canBeKept: false,
      because: ['fast: 61 % within 100 ms (90 % promised).'],
      relax: ['Promise it up to 15.8/s only: 29 instances keep that.'],
      quote: {
        loadPerSecond: 50,
        counts: { interface: 5, processing: 12, data: 12 },
        instances: 29,
        costPerMonth: '423.40 EUR',
        pricePerMonth: null,
        marginPerMonth: null,
      },
    },
    {
      offer: 'scoped',
      entry: null,
      canBeKept: false,
      because: ['There is no part of service "shop" called "cache".'],
      relax: ['There is interface, processing, data.'],
      quote: null,
    },
  ],
}

export const givenUp: ApplyWarning = {
  agreement: 'shop',
  entry: 'night',
  savedPerMonth: '219.00 EUR',
  owedPerMonth: '18.25 EUR',
  pricePerMonth: '876.00 EUR',
  says: 'Planning will give this promise up at the contracted load: 18 instances that keep it cost 219.00 EUR a month more than 3.',
}
