// Goal: a page reports as it is asked to, also while it is hidden, without a network, reloaded and left. Method: a real
// browser on a page with a strict content security policy, and a small server that takes its updates; the sources are served
// with their types taken off.
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findBrowser, launch } from '../../dashboard/test/browser.ts'
import { next, pacingServer, type PacingServer } from './pacing-server.ts'

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Player</title>
<link rel="icon" href="data:,"><script type="module" src="/page.js"></script></html>`
/** As an application would have it; a page is hidden by what it says of itself, as a browser without windows hides none. */
const SCRIPT = `import { createPacedUpdates } from '/src/pacing/index.ts'
window.parameters = { rtt: 40 }
window.updates = createPacedUpdates({
  watch: 'players', client: 'p-1', key: 'hf_c', whileHidden: location.hash !== '#waits', leastMs: 1,
  read: () => window.parameters, onProblem: ({ code }) => document.title += ' ' + code,
})
window.updates.start()
window.hide = (hidden) => {
  Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
}`
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:"
const RULE = { kind: 'absolute', parameter: 'rtt', least: 20 }
const HOUR = 3_600_000

const found = await findBrowser()
const why = found.kind === 'none' ? `no Chromium: ${found.why}` : null

describe.skipIf(why !== null)(`paced updates in a browser${why === null ? '' : ` (skipped: ${why})`}`, () => {
  let browser: Awaited<ReturnType<typeof launch>>
  let site: PacingServer

  beforeAll(async () => {
    if (found.kind === 'found') browser = await launch(found)
    site = await pacingServer(async (request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://shop.example')
      if (pathname === '/page.js') {
        response.setHeader('content-type', 'text/javascript').end(SCRIPT)
      } else if (pathname.startsWith('/src/')) {
        const source = await readFile(new URL(`..${pathname}`, import.meta.url), 'utf8')
        response.setHeader('content-type', 'text/javascript').end(stripTypeScriptTypes(source))
      } else {
        response.setHeader('content-security-policy', POLICY).setHeader('content-type', 'text/html').end(PAGE)
      }
    })
  })
  afterAll(async () => {
    await browser?.close()
    await site?.[Symbol.asyncDispose]()
  })
  beforeEach(() => {
    site.came.length = 0
    site.answer = next(HOUR, { early: [RULE] })
  })

  async function open(hash = '') {
    const context = await browser.newContext()
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(`${site.url}/${hash}`)
    await expect.poll(() => site.came.length).toBeGreaterThan(0)
    const status = (): Promise<string> => page.evaluate<string>('window.updates.status')
    await expect.poll(status).toBe('waiting')
    return { page, context, complaints, status }
  }
  const reported = (): unknown[] => site.came.map(({ update }) => update.parameters['rtt'])

  it('reports, and again when it was asked to', async () => {
    site.answer = next(1_000)
    const { page, complaints } = await open()
    await expect.poll(() => site.came.length, { timeout: 5_000 }).toBe(2)
    expect(site.came[0]).toMatchObject({
      path: '/v1/watches/players/updates',
      key: 'Bearer hf_c',
      update: { client: 'p-1', parameters: { rtt: 40 } },
    })
    expect([complaints, await page.title()]).toEqual([[], 'Player'])
    await page.context().close()
  })

  it('reports a change that does not wait', async () => {
    const { page } = await open()
    await page.evaluate('window.parameters = { rtt: 70 }; window.updates.changed()')
    await expect.poll(reported).toEqual([40, 70])
    await page.context().close()
  })

  it('is not too soon when the page is loaded again', async () => {
    const { page, status } = await open()
    await page.reload()
    await expect.poll(status).toBe('waiting')
    expect(await page.evaluate<number>('window.updates.next()')).toBeGreaterThan(HOUR - 60_000)
    expect(reported()).toEqual([40])
    await page.context().close()
  })

  it('waits without a network, and reports once there is one', async () => {
    site.answer = next(1_000)
    const { page, context, status } = await open()
    await context.setOffline(true)
    await expect.poll(status).toBe('offline')
    const before = site.came.length
    await expect.poll(() => page.evaluate<number>('window.updates.next()'), { timeout: 5_000 }).toBe(0)
    expect(site.came).toHaveLength(before)
    site.answer = next(HOUR)
    await context.setOffline(false)
    await expect.poll(() => site.came.length, { timeout: 10_000 }).toBe(before + 1)
    expect(await page.title()).toBe('Player')
    await page.context().close()
  })

  it.each([
    ['goes on while it is hidden', '', 2],
    ['waits while it is hidden where it is told to, and reports when it is shown', '#waits', 1],
  ])('%s', async (_what, hash, whileHidden) => {
    site.answer = next(1_000)
    const { page } = await open(hash)
    await page.evaluate('window.hide(true)')
    site.came.length = 1
    site.answer = next(HOUR)
    await expect
      .poll(() => page.evaluate<number>('window.updates.next()'), { timeout: 5_000 })
      .toSatisfy((ms: number) => ms === 0 || ms > 10_000)
    expect(site.came).toHaveLength(whileHidden)
    await page.evaluate('window.hide(false)')
    await expect.poll(() => site.came.length, { timeout: 10_000 }).toBe(2)
    await page.context().close()
  })

  it.each([
    ['a change that does not wait', 70, [40, 70]],
    ['nothing else', 45, [40]],
  ])('reports %s when it is left', async (_what, rtt, all) => {
    const { page } = await open()
    await page.evaluate(`window.parameters = { rtt: ${rtt} }`)
    await page.goto('about:blank')
    await page.context().close()
    await expect.poll(reported).toEqual(all)
  })
})
