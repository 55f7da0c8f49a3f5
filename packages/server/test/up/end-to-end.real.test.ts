// The whole product as a user meets it: the server runs a shop, the CLI answers, the page shows it. Goal:
// what people touch works together. Method: real processes, the real command line, a real browser.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowser, launch } from '../../../dashboard/test/browser.ts'
import { freePorts, startUp, until, type Ports, type RunningUp } from './running-server.ts'
import { writeShop } from './shop-manifest.ts'

const BIN = fileURLToPath(new URL('../../bin/holdfast.mjs', import.meta.url))

const found = await findBrowser()

let directory: string
let ports: Ports
let server: RunningUp
let operatorKey: string

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-e2e-'))
  ports = await freePorts()
  server = await startUp(directory, ports, ['-f', writeShop(directory, ports.service)])
  await until('an answer of the shop', async () => {
    const answer = await fetch(`http://127.0.0.1:${ports.service}/`).catch(() => null)
    return answer?.status === 200
  })
  operatorKey = readFileSync(join(directory, 'data', 'operator.key'), 'utf8').trim()
})

afterAll(async () => {
  await server.interrupt()
  rmSync(directory, { recursive: true, force: true })
})

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command with the keys of the server's data directory, as a user on the same machine does. */
function holdfast(...args: readonly string[]): Promise<Ran> {
  const env = { ...process.env, HOLDFAST_URL: server.url, HOLDFAST_KEY: operatorKey, NO_COLOR: '1' }
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...args], { env, cwd: directory }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

describe('the command line against a running server', () => {
  it('lists services as JSON', async () => {
    const { code, stdout } = await holdfast('get', 'services', '--json')
    expect(code).toBe(0)
    const listed = JSON.parse(stdout) as
      | readonly { readonly name: string }[]
      | { readonly items: readonly { readonly name: string }[] }
    expect('items' in listed ? listed.items : listed).toMatchObject([
      { name: 'shop', owner: 'shop-team', limitMs: 100 },
    ])
  })

  it('says why there are as many instances as there are', async () => {
    const { stdout } = await holdfast('why', 'shop')
    expect(stdout).toMatch(/interface/)
    expect(stdout).toMatch(/agreed 10\/s|instances/)
  })

  it('prints the journal as lines of JSON, and finds its chain whole', async () => {
    const { stdout } = await holdfast('journal', 'shop', '--json')
    const kinds = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly kind: string }).kind)
    expect(kinds).toEqual(expect.arrayContaining(['change', 'decision', 'outcome']))
    expect(await holdfast('journal', 'shop', '--verify')).toMatchObject({ code: 0 })
  })

  it('sees no difference in what was applied, and refuses what is wrong with its place', async () => {
    expect(await holdfast('diff', '-f', 'shop.yaml')).toMatchObject({ code: 0 })
    writeFileSync(
      join(directory, 'bad.yaml'),
      'apiVersion: holdfast/v1\nkind: Owner\nmetadata: { nmae: x }\nspec: {}\n',
    )
    const { code, stderr } = await holdfast('apply', '-f', 'bad.yaml')
    expect(code).toBe(2)
    expect(stderr).toMatch(/bad\.yaml:3:\d+: .*nmae.*Did you mean "name"/s)
  })

  it('finds nothing to mend with doctor', async () => {
    const { code, stdout } = await holdfast('doctor')
    expect(stdout).toMatch(/ready/i)
    expect(code).toBe(0)
  })
})

describe.skipIf(found.kind === 'none')(
  `the dashboard in a browser${found.kind === 'none' ? ` (skipped: ${found.why})` : ''}`,
  () => {
    let browser: Browser
    let page: Page
    const faults: string[] = []

    beforeAll(async () => {
      if (found.kind === 'none') return
      browser = await launch(found)
      page = await browser.newPage()
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(message.text())
      })
      page.on('pageerror', (error) => faults.push(error.message))
      await page.goto(/http\S+sign-in\?code=\S+/.exec(server.output())?.[0] ?? '')
    })

    afterAll(async () => {
      await browser?.close()
    })

    it('opens with the printed link and shows the shop', async () => {
      await page.getByRole('link', { name: 'shop', exact: true }).first().waitFor()
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Services')
    })

    it('shows why the first instances were started, and follows the ticks', async () => {
      await page.goto(`${server.url}/#/services/shop`)
      await page
        .getByText(/ready for the agreed 10\/s/)
        .first()
        .waitFor()
      await page.getByText('Live', { exact: true }).waitFor()
    })

    it('complains of nothing', () => {
      expect(faults).toEqual([])
    })
  },
)
