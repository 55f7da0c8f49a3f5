// Goal: what people see of every command stays as it was agreed. Method: scripts in golden/ are sessions of a
// shell; each command in them is run in-process against a server of typed API answers, and the session that
// comes out must be the script itself. `npx vitest run --project unit golden -u` accepts what has changed.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { fakeIo, here, HOME, type FakeFile } from './fake-io.ts'
import { openSloFiles } from './openslo-files.ts'
import { profiledFiles } from './profiled-files.ts'
import { quotedFiles } from './quoted-files.ts'
import { shopServer } from './shop.ts'

const directory = new URL('golden/', import.meta.url)

const manifest = 'apiVersion: holdfast/v1\n'

const files: Readonly<Record<string, FakeFile | string>> = {
  ...openSloFiles,
  ...profiledFiles,
  ...quotedFiles,
  [here('shop.yaml')]: manifest,
  [here('broken.yaml')]: manifest,
  [here('manifests/agreement.yaml')]: manifest,
  [here('manifests/owner.yaml')]: manifest,
  [here('manifests/deeper/shop.json')]: '{}',
  [here('manifests/readme.md')]: '# no manifest',
  [here('empty/readme.md')]: '# no manifest',
  [here('.holdfast/operator.key')]: { text: 'secret\n', mode: 0o644 },
  [`${HOME}/open/holdfast/config.json`]: '{"url": "http://holdfast.example", "key": "secret"}',
  [`${HOME}/wrong/holdfast/config.json`]: '{"ulr": "http://holdfast.example"}',
}

for (const name of readdirSync(directory).filter((name) => name.endsWith('.txt'))) {
  it(`prints what the script ${name} says`, async () => {
    const script = readFileSync(new URL(name, directory), 'utf8')
    const pieces: string[] = []
    for (const line of script.split('\n')) {
      if (line.startsWith('# ')) pieces.push(line)
      if (line.startsWith('$ ')) pieces.push(await session(line.slice(2)))
    }
    await expect(`${pieces.join('\n\n')}\n`).toMatchFileSnapshot(new URL(name, directory).pathname)
  })
}

/** A command with what it printed: stderr behind "2> ", the exit code where it is not 0, escapes as ␛. */
async function session(line: string): Promise<string> {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  )
  const start = words.indexOf('holdfast')
  const env = Object.fromEntries(words.slice(0, start).map((word) => word.split('=') as [string, string]))
  const { SERVER, TTY, ...given } = env
  const { io, result } = fakeIo({
    args: words.slice(start + 1),
    env: given,
    files,
    stdin: manifest,
    isTTY: TTY === '1',
    ...(SERVER === 'none' ? {} : { server: shopServer }),
  })
  await run(io)
  const { stdout, stderr, exitCode } = result()
  const said = [...linesOf(stdout), ...linesOf(stderr).map((text) => `2> ${text}`)]
  return [`$ ${line}`, ...said, ...(exitCode === 0 ? [] : [`[exit ${exitCode}]`])].join('\n')
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replaceAll('\u001b', '␛').replace(/\n$/, '').split('\n')
}
