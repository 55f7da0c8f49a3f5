/** Health checks, the server's own metrics, the description of the API, and its pages. */
import { z } from 'zod'
import { anyKey, everyone, operatorAndIngest } from '../../auth/index.ts'
import type { ReadinessView } from '../api.ts'
import type { Api, HttpContext } from '../context.ts'
import { exposition, expositionMediaType } from '../metrics/exposition.ts'
import { healthFamilies } from '../metrics/health-families.ts'
import { pacingFamilies } from '../metrics/pacing-families.ts'
import { serviceFamilies } from '../metrics/service-families.ts'
import { errorsPage, operationsPage } from '../pages/docs-pages.ts'
import { sendPage } from '../pages/html-page.ts'
import { readinessView } from '../schemas/record.ts'
import { healthLately } from '../views/health-view.ts'

/** Longer than a store that is well ever takes, shorter than a probe waits. */
const STORE_ANSWERS_WITHIN_MS = 800

const healthCheck = { access: everyone, anyHost: true, rateLimit: false } as const
const tags = ['system']

export function systemRoutes(api: Api, context: HttpContext): void {
  healthRoutes(api, context)
  const { live, metrics, pacing } = context
  api.route({
    method: 'GET',
    url: '/metrics',
    config: { access: operatorAndIngest },
    schema: {
      operationId: 'getMetrics',
      summary: "Show the server's own metrics in Prometheus' text format",
      tags,
      response: { 200: { description: 'The metrics.', content: { 'text/plain': { schema: z.string() } } } },
    },
    handler: async (_request, reply) => {
      const services = live.services()
      const families = [
        ...metrics.families(),
        ...serviceFamilies(services, (name) => live.service(name)),
        ...pacingFamilies(pacing.watches()),
        ...healthFamilies(services.map(({ name }) => healthLately(name, context))),
      ]
      return reply.type(expositionMediaType).send(exposition(families))
    },
  })
  const hidden = { config: { access: anyKey }, schema: { hide: true } }
  api.get('/openapi.json', hidden, async () => api.swagger())
  api.get('/docs', hidden, async (_request, reply) => sendPage(reply, operationsPage(api.swagger())))
  api.get('/docs/errors', hidden, async (_request, reply) => sendPage(reply, errorsPage()))
}

function healthRoutes(api: Api, context: HttpContext): void {
  const alive = { 200: { description: 'It lives.', content: { 'text/plain': { schema: z.string() } } } }
  for (const [url, operationId] of [
    ['/livez', 'livez'],
    ['/healthz', 'healthz'],
  ] as const) {
    const schema = { operationId, summary: 'Say whether the process lives', tags, response: alive }
    api.get(url, { config: healthCheck, schema }, async (_request, reply) =>
      reply.type('text/plain').send('ok\n'),
    )
  }
  api.route({
    method: 'GET',
    url: '/readyz',
    config: healthCheck,
    schema: {
      operationId: 'readyz',
      summary: 'Say whether the server is ready, and what it waits for',
      tags,
      response: { 200: readinessView, 503: readinessView },
    },
    handler: async (_request, reply) => {
      const view = await readiness(context)
      return reply.code(view.ready ? 200 : 503).send(view)
    },
  })
}

async function readiness({ store, live, draining, version, region }: HttpContext): Promise<ReadinessView> {
  const stops = draining()
  const storeAnswers = await within(STORE_ANSWERS_WITHIN_MS, store.keyByHash(''))
  const ticked = live.ready()
  const checks: ReadinessView['checks'] = [
    {
      name: 'store',
      ok: storeAnswers,
      says: storeAnswers ? `${store.engine} answers` : `${store.engine} does not answer`,
    },
    { name: 'first-tick', ok: ticked, says: ticked ? 'has gone through' : 'has not gone through yet' },
    { name: 'draining', ok: !stops, says: stops ? 'the server is stopping' : 'no' },
  ]
  return { ready: checks.every(({ ok }) => ok), version, region, checks }
}

/** True when the work succeeds in time. */
async function within(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), limitMs)
  const done = work.then(
    () => true,
    () => false,
  )
  return Promise.race([done, late]).finally(() => clearTimeout(timer))
}
