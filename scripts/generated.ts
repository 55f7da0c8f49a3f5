/** All files that are generated from the code, with what should be in them. */
import { readFileSync } from 'node:fs'
import { cliReference } from '../packages/server/src/cli/reference.ts'
import { errorReference } from '../packages/server/src/errors/index.ts'
import { openApiText } from '../packages/server/src/http/index.ts'
import { manifestJsonSchema } from '../packages/server/src/manifests/index.ts'
import { manifestReference } from './manifest-reference.ts'

export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

export async function generated(): Promise<readonly GeneratedFile[]> {
  const manifest = readFileSync(new URL('../packages/server/package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(manifest) as { readonly version: string }
  const schema = manifestJsonSchema()
  return [
    { path: 'packages/server/openapi.json', text: await openApiText(version) },
    { path: 'packages/server/schema/holdfast-v1.schema.json', text: `${JSON.stringify(schema, null, 2)}\n` },
    { path: 'docs/reference/cli.md', text: cliReference() },
    { path: 'docs/reference/errors.md', text: errorReference() },
    { path: 'docs/reference/manifests.md', text: manifestReference(schema) },
  ]
}
