/** /v1/services/NAME/offers: which offers can be kept for a service, and at what price (A3.8). */
import { parseRate, type PerSecond } from '@holdfast/core/units'
import { z } from 'zod'
import { operatorAndOwner } from '../../auth/index.ts'
import { ProblemError } from '../../errors/index.ts'
import { manifestsOf } from '../../manifests/index.ts'
import { knownManifests, parsedFrom, visibleTo } from '../changes/known-manifests.ts'
import { identityOf, type Api, type HttpContext } from '../context.ts'
import { namePath, refused } from '../route-parts.ts'
import { serviceOffersView } from '../schemas/service.ts'
import { serviceOffers } from '../views/service-offers.ts'
import { notFound, readableManifest } from '../visibility.ts'

export function offerRoutes(api: Api, { store, live, clock, region }: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/services/:name/offers',
    config: { access: operatorAndOwner },
    schema: {
      operationId: 'listServiceOffers',
      summary: 'Say which offers can be kept for a service, and at what price',
      description:
        'Quotes each offer that was applied, by what is measured of the service, else by what is expected of it. ' +
        'Those that can be kept come first, the cheapest price first.',
      tags: ['services'],
      params: namePath,
      querystring: z.strictObject({
        load: z
          .string()
          .optional()
          .describe('Such as 10/s: stands in the place of every load that is offered.'),
      }),
      response: { 200: serviceOffersView },
    },
    handler: async (request) => {
      const identity = identityOf(request)
      const { name } = request.params
      const load = request.query.load === undefined ? null : loadIn('/query/load', request.query.load)
      await readableManifest(store, identity, { kind: 'Service', name })
      const known = knownManifests(await store.manifests())
      const all = parsedFrom(visibleTo(identity, known))
      const service = manifestsOf(all, 'Service').find(({ manifest }) => manifest.metadata.name === name)
      // An older release may have stored what this one cannot read.
      if (service === undefined) throw notFound({ kind: 'Service', name })
      const owners = known.flatMap(({ stored }) => (stored.kind === 'Service' ? [stored.owner] : []))
      const parts = live.service(name)?.partDetails ?? []
      const answer = serviceOffers({ service, all, parts, load, region, owners, now: clock.now() })
      if (!answer.ok) throw new ProblemError(answer.error)
      return answer.value
    },
  })
}

function loadIn(pointer: string, text: string): PerSecond {
  const parsed = parseRate(text)
  if (parsed.ok && parsed.value > 0) return parsed.value
  throw refused(
    pointer,
    parsed.ok
      ? { message: 'The load is zero.', hint: 'Write a rate above zero, such as 10/s.' }
      : parsed.error,
  )
}
