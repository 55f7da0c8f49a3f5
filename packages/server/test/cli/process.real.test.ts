// Goal: the program behaves as a process should: on an old Node, in a pipe whose reader leaves, against a real
// server on a socket, under Ctrl-C, and completed by a real bash. Method: spawn it.
import { execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { shopServer } from './shop.ts'

const program = fileURLToPath(new URL('../../bin/holdfast.mjs', import.meta.url))

let directory = ''
let server: Server
let url = ''

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-cli-'))
  await mkdir(join(directory, '.holdfast'))
  await writeFile(join(directory, '.holdfast', 'operator.key'), 'secret\n')
  await chmod(join(directory, '.holdfast', 'operator.key'), 0o600)
  server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
      const { method = 'GET', headers } = request
      const body = chunks.length === 0 ? null : Buffer.concat(chunks)
      const asked = new Request(`${url}${request.url}`, {
        method,
        headers: headers as Record<string, string>,
        body,
      })
      const answer = await shopServer(asked)
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(directory, { recursive: true, force: true })
})

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: directory, HOLDFAST_URL: url }
}

function holdfast(args: readonly string[], node = process.execPath): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(node, [program, ...args], { cwd: directory, env: environment() }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

it('asks a real server with the operator key that lies in the directory', async () => {
  const { code, stdout, stderr } = await holdfast(['get', 'services', '--json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect((JSON.parse(stdout) as readonly { readonly name: string }[]).map(({ name }) => name)).toEqual([
    'shop',
    'reports',
  ])
})

it('finds everything in order with doctor', async () => {
  const { code, stdout } = await holdfast(['doctor', '--json'])
  // The clock of the recorded answers stands; all else must be right.
  const { findings } = JSON.parse(stdout) as {
    readonly findings: readonly { readonly check: string; readonly state: string }[]
  }
  expect(findings.filter(({ state, check }) => state !== 'ok' && check !== 'clocks')).toEqual([])
  expect(code).toBe(0)
})

it('ends with 2 for bad use and 1 for a server that is not there', async () => {
  expect((await holdfast(['gett'])).code).toBe(2)
  expect((await holdfast(['get', 'services', '--url', 'http://127.0.0.1:1'])).code).toBe(1)
})

it.each([
  ['help', 'formatting'],
  ['journal', 'shop', '--json'],
  ['get', 'services', '--watch'],
])('ends quietly when the reader of `%s %s` has left', async (...args) => {
  const child = spawn(process.execPath, [program, ...args], { cwd: directory, env: environment() })
  child.stdout.destroy()
  let stderr = ''
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()))
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

it('ends a watch with 0 at Ctrl-C', async () => {
  const child = spawn(process.execPath, [program, 'get', 'services', '--watch'], {
    cwd: directory,
    env: environment(),
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  await new Promise((resolve) => child.stdout.once('data', resolve))
  child.kill('SIGINT')
  expect(await ended).toBe(0)
})

const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find(
  (path) => existsSync(path) && /^v(1\d|20)\./.test(versionOf(path)),
)

it.skipIf(oldNode === undefined)(
  `says on an old Node that it is too old${oldNode === undefined ? ' (skipped: no Node below 22 on this machine)' : ''}`,
  async () => {
    const { code, stdout, stderr } = await holdfast(['get', 'services'], oldNode)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^holdfast needs Node 22\.18 or newer; this is v\d+\.\d+\.\d+\..*\n$/)
  },
)

function versionOf(node: string): string {
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout
}

const hasBash = spawnSync('bash', ['--version']).status === 0

it.skipIf(!hasBash)(
  `completes commands, options, kinds and values in bash${hasBash ? '' : ' (skipped: no bash on this machine)'}`,
  async () => {
    const { stdout: script } = await holdfast(['completion', 'bash'])
    const file = join(directory, 'completion.bash')
    await writeFile(file, script)
    const completed = (words: readonly string[]): readonly string[] => {
      const list = words.map((word) => `'${word}'`).join(' ')
      const ask = `source '${file}'; complete -p holdfast >/dev/null || exit 9; COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _holdfast; printf '%s\\n' "\${COMPREPLY[@]}"`
      const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', ask], {
        cwd: directory,
        encoding: 'utf8',
      })
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
      return stdout.trim().split('\n')
    }
    expect(completed(['holdfast', 'de'])).toEqual(['delete', 'describe'])
    expect(completed(['holdfast', 'token', ''])).toEqual(['create', 'list', 'revoke'])
    expect(completed(['holdfast', 'get', 'ow'])).toEqual(['owners'])
    expect(completed(['holdfast', '--url', 'http://x', 'get', 'se'])).toEqual(['services'])
    expect(completed(['holdfast', 'get', 'services', ''])).toEqual([''])
    expect(completed(['holdfast', 'token', 'create', '--'])).toContain('--expires-in')
    expect(completed(['holdfast', 'token', 'create', 'x', '--scope', 'o'])).toEqual(['operator', 'owner'])
    expect(completed(['holdfast', 'apply', '-f', '.hold'])).toEqual(
      readdirSync(directory).filter((name) => name.startsWith('.hold')),
    )
  },
)

for (const shell of ['zsh', 'fish']) {
  const isHere = spawnSync(shell, ['--version']).status === 0
  it.skipIf(!isHere)(
    `prints a script that ${shell} accepts${isHere ? '' : ` (skipped: no ${shell} on this machine)`}`,
    async () => {
      const { stdout } = await holdfast(['completion', shell])
      const file = join(directory, `completion.${shell}`)
      await writeFile(file, stdout)
      const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' })
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    },
  )
}
