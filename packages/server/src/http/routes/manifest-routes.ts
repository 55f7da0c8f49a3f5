/** What was applied: agreements, offers, instance types and owners each as a resource of its own, and all together. */
import { z } from 'zod'
import { operatorAndOwner } from '../../auth/index.ts'
import type { ManifestKind, StoredManifest } from '../../store/store.ts'
import type { ManifestView } from '../api.ts'
import { identityOf, type Api, type HttpContext } from '../context.ts'
import { entityTag } from '../entity-tag.ts'
import { pageOfItems, pageQuery } from '../paging.ts'
import { namePath } from '../route-parts.ts'
import {
  applyRequest,
  applyResponse,
  manifestKind,
  manifestPage,
  manifestView as manifestSchema,
} from '../schemas/record.ts'
import { agreementView } from '../views/agreement-view.ts'
import { manifestView } from '../views/record-view.ts'
import { maySee, readableManifest } from '../visibility.ts'
import { applyFiles } from '../changes/apply-files.ts'
import { deleteOne } from '../changes/delete-one.ts'

/** Owners see and change what is theirs; what exactly, says visibility.ts. */
const config = { access: operatorAndOwner }
const tags = ['manifests']

interface Resource {
  readonly kind: ManifestKind
  readonly path: string
  /** For operation ids: `getAgreement`, `listAgreements`. */
  readonly one: string
  readonly many: string
  readonly words: string
}

/** Services are read at /v1/services, with what the loop knows of them. */
const resources: readonly Resource[] = [
  { kind: 'Agreement', path: 'agreements', one: 'Agreement', many: 'Agreements', words: 'agreement' },
  { kind: 'Offer', path: 'offers', one: 'Offer', many: 'Offers', words: 'offer' },
  {
    kind: 'InstanceType',
    path: 'instance-types',
    one: 'InstanceType',
    many: 'InstanceTypes',
    words: 'instance type',
  },
  { kind: 'Owner', path: 'owners', one: 'Owner', many: 'Owners', words: 'owner' },
  { kind: 'Source', path: 'sources', one: 'Source', many: 'Sources', words: 'source' },
  { kind: 'Rule', path: 'rules', one: 'Rule', many: 'Rules', words: 'rule' },
  { kind: 'Watch', path: 'watches', one: 'Watch', many: 'Watches', words: 'watch' },
]

export function manifestRoutes(api: Api, context: HttpContext): void {
  allManifestsRoute(api, context)
  applyRoute(api, context)
  for (const resource of resources) readRoutes(api, context, resource)
  deleteRoute(api, context, {
    kind: 'Service',
    path: 'services',
    one: 'Service',
    many: 'Services',
    words: 'service',
  })
  for (const resource of resources) deleteRoute(api, context, resource)
}

function allManifestsRoute(api: Api, { store }: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/manifests',
    config,
    schema: {
      operationId: 'listManifests',
      summary: 'List all manifests as they can be applied again',
      tags,
      querystring: z.strictObject({
        ...pageQuery,
        kind: manifestKind.optional().describe('Only manifests of this kind.'),
      }),
      response: { 200: manifestPage },
    },
    handler: async (request) => {
      const identity = identityOf(request)
      const { kind, ...page } = request.query
      const visible = (await store.manifests(kind)).filter((each) => maySee(identity, each))
      const { items, next } = pageOfItems(visible, (each) => `${each.kind} ${each.name}`, page)
      return { items: items.map(manifestView), next }
    },
  })
}

function applyRoute(api: Api, context: HttpContext): void {
  api.route({
    method: 'POST',
    url: '/v1/apply',
    config,
    schema: {
      operationId: 'apply',
      summary: 'Apply manifests: all of them, or none',
      description: 'Creates what is new, changes what differs, and leaves alone what is not named.',
      tags,
      body: applyRequest,
      response: { 200: applyResponse },
    },
    handler: (request) => applyFiles(context, identityOf(request), request.body),
  })
}

/** An agreement is shown with its versions. */
async function viewOf(
  { store, clock, region }: HttpContext,
  kind: ManifestKind,
): Promise<(manifest: StoredManifest) => ManifestView> {
  if (kind !== 'Agreement') return manifestView
  const versions = await store.standingVersions(kind)
  const owners = (await store.manifests('Service')).map(({ owner }) => owner)
  const surroundings = { versions, now: clock.now(), region, owners }
  return (manifest) => agreementView(manifest, surroundings)
}

function readRoutes(api: Api, context: HttpContext, { kind, path, one, many, words }: Resource): void {
  const { store } = context
  api.route({
    method: 'GET',
    url: `/v1/${path}`,
    config,
    schema: {
      operationId: `list${many}`,
      summary: `List ${words}s`,
      tags,
      querystring: z.strictObject(pageQuery),
      response: { 200: manifestPage },
    },
    handler: async (request) => {
      const identity = identityOf(request)
      const visible = (await store.manifests(kind)).filter((each) => maySee(identity, each))
      const { items, next } = pageOfItems(visible, ({ name }) => name, request.query)
      const view = await viewOf(context, kind)
      return { items: items.map(view), next }
    },
  })
  api.route({
    method: 'GET',
    url: `/v1/${path}/:name`,
    config,
    schema: {
      operationId: `get${one}`,
      summary: `Show ${articleOf(words)} ${words}`,
      description: 'The ETag is its version; give it as If-Match to delete exactly that.',
      tags,
      params: namePath,
      response: { 200: manifestSchema },
    },
    handler: async (request, reply) => {
      const manifest = await readableManifest(store, identityOf(request), { kind, name: request.params.name })
      void reply.header('etag', entityTag(manifest.version))
      return (await viewOf(context, kind))(manifest)
    },
  })
}

function deleteRoute(api: Api, context: HttpContext, { kind, path, one, words }: Resource): void {
  const article = articleOf(words)
  api.route({
    method: 'DELETE',
    url: `/v1/${path}/:name`,
    config,
    schema: {
      operationId: `delete${one}`,
      summary: `Delete ${article} ${words}`,
      description: 'Refused while something else refers to it.',
      tags: [kind === 'Service' ? 'services' : 'manifests'],
      params: namePath,
      headers: z.object({
        'if-match': z.string().optional().describe('The version that is meant, as in its ETag.'),
      }),
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const ref = { kind, name: request.params.name }
      await deleteOne(context, identityOf(request), ref, request.headers['if-match'])
      return reply.code(204).send(null)
    },
  })
}

const articleOf = (words: string): string => (/^[aeiou]/.test(words) ? 'an' : 'a')
