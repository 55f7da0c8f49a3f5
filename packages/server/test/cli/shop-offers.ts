/** What offers come to for the shop, as the API says it: one that can be kept, one that cannot, one that does not fit. */
import type { ServiceOffersView } from '../../src/http/api.ts'

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
