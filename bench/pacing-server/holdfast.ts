/** Holdfast as it is, in a directory of its own, with one watch. Arguments: the directory, the port, what is wanted of the watch. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startServer } from '../../packages/server/src/cli/up/server.ts'
import { announce } from '../child.ts'
import { manifests, type Wanted } from './manifests.ts'

const [directory = '', port = '0', wanted = ''] = process.argv.slice(2)

const server = await startServer({
  directory,
  store: null,
  port: Number(port),
  gatewayPort: 0,
  maxInstances: null,
  region: null,
  mmv: null,
  otlp: { http: null, grpc: null, out: null },
  tokenKeys: null,
  version: 'bench',
  quiet: true,
})
const key = (await readFile(join(directory, 'operator.key'), 'utf8')).trim()
const applied = await fetch(`${server.url}/v1/apply`, {
  method: 'POST',
  headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  body: JSON.stringify({
    files: [{ name: 'players.yaml', directory: '/', text: manifests(JSON.parse(wanted) as Wanted) }],
  }),
})
if (!applied.ok) throw new Error(await applied.text())
announce(Number(new URL(server.url).port))
await server.run(new AbortController().signal)
