/**
 * The OpenAPI document, from the same schemas that check requests and answers. It is committed as
 * packages/server/openapi.json, so that a change of the API shows in a review.
 */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Access } from '../auth/index.ts'
import { problemMediaType } from '../errors/index.ts'
import { apiSchemas } from './schemas/registry.ts'
import './schemas/record.ts'

type Override = NonNullable<z.core.ToJSONSchemaParams['override']>

/**
 * Answers may gain fields; only what is strict as input stays closed. Descriptions are in zod's global
 * registry, which is not the one that names come from.
 */
const complete: Override = ({ zodSchema, jsonSchema }) => {
  const { def } = zodSchema._zod
  if (jsonSchema.additionalProperties === false && !('catchall' in def && def.catchall !== undefined)) {
    delete jsonSchema.additionalProperties
  }
  // Every whole number in JSON has that limit; it says nothing of this one.
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  const description = z.globalRegistry.get(zodSchema)?.description
  if (description !== undefined) jsonSchema.description ??= description
}
const options = { schemaRegistry: apiSchemas, zodToJsonConfig: { override: complete } }
const transformSchema = createJsonSchemaTransform(options)
const addSchemas = createJsonSchemaTransformObject(options)

export function openApiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Holdfast',
        version,
        description:
          'Keeps services to what was agreed. Every error is a Problem (RFC 9457); lists go page by page.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'The server that this document came from.' }],
      tags: [
        { name: 'services', description: 'What runs, how it does, and why.' },
        { name: 'manifests', description: 'What was applied: services, agreements, instance types, owners.' },
        { name: 'journal', description: 'What was decided and done, in a chain that shows any change.' },
        { name: 'keys', description: 'Who may call.' },
        { name: 'session', description: 'Signing in to the dashboard.' },
        { name: 'system', description: 'The server itself.' },
      ],
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'holdfast_session' },
        },
      },
    },
    transform: (route) => {
      const { schema, url } = transformSchema(route)
      if (schema === undefined) return { schema, url }
      const response = { ...Object(schema.response), default: problemResponse }
      return { schema: { ...schema, response, ...securityOf(route.route.config?.access) }, url }
    },
    transformObject: (document) => onceEach(addSchemas(document)),
  }
}

const inputReference = /"#\/components\/schemas\/(\w+)Input"/g

/** Each schema is added as input and as output; ours say the same for both, so one of each stays. */
function onceEach(document: object): object {
  const text = JSON.stringify(document).replaceAll(inputReference, '"#/components/schemas/$1"')
  const all: object = JSON.parse(text)
  const { components } = withComponents.parse(all)
  const schemas = Object.entries(components.schemas).filter(([name]) => !name.endsWith('Input'))
  return { ...all, components: { ...components, schemas: Object.fromEntries(schemas) } }
}

const withComponents = z.looseObject({
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
})

const problemResponse = {
  description: 'What went wrong (RFC 9457).',
  content: { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } },
}

function securityOf(access: Access | undefined): object {
  return { security: access === undefined || access.kind === 'public' ? [] : [{ key: [] }, { session: [] }] }
}
