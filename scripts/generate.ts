/**
 * Writes what is generated from the code and committed: the API's description, the manifests' schema and
 * the reference pages. Tests compare them with the code, so that none of them can fall behind.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generated } from './generated.ts'

for (const { path, text } of await generated()) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url))
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  process.stdout.write(`${path}\n`)
}
