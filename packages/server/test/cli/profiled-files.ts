/** Manifests that `profile` refuses before it starts anything. */
import { here } from './fake-io.ts'

const service = (spec: string): string =>
  `apiVersion: holdfast/v1\nkind: Service\nmetadata: { name: shop, owner: team-a }\nspec:\n${spec}`

const part = (readiness: string): string =>
  `    - { name: web, instanceType: small, run: { command: [node], directory: ., readiness: ${readiness} } }\n`

export const profiledFiles: Readonly<Record<string, string>> = {
  [here('profiled/shop.yaml')]: service(`  gateway: { entry: web }\n  parts:\n${part('{ http: /readyz }')}`),
  [here('profiled/batch.yaml')]: service(`  parts:\n${part('{ running: true }')}`),
  [here('profiled/silent.yaml')]: service(
    `  gateway: { entry: web }\n  parts:\n${part('{ running: true }')}`,
  ),
}
