// Goal: the built page works for people: it shows, follows, explains, and obeys keys, themes and small screens.
// Method: a real browser on the built page; a playback server gives model data; waits are for conditions only.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatRate } from '../src/format/quantity.ts'
import { findBrowser, launch } from './browser.ts'
import { dist, PlaybackServer } from './playback-server.ts'
import { population } from './population.ts'
import { ShopModel, STEP_MS } from './shop-model.ts'

/** Ten minutes of the shop, up to now. */
const STEPS = 120

const found = await findBrowser()
const why =
  found.kind === 'none'
    ? `no Chromium: ${found.why}`
    : existsSync(join(dist, 'index.html'))
      ? null
      : 'dist is not built; run npm run build -w @holdfast/dashboard'

describe.skipIf(why !== null)(`the dashboard in a browser${why === null ? '' : ` (skipped: ${why})`}`, () => {
  let browser: Browser

  beforeAll(async () => {
    if (found.kind === 'found') browser = await launch(found)
  })
  afterAll(async () => {
    await browser?.close()
  })

  /** Plays `others` services beside the shop; after the test nothing may have been complained of. */
  async function withPage(
    test: (page: Page, server: PlaybackServer, url: string) => Promise<void>,
    options: { readonly others?: number; readonly context?: BrowserContextOptions } = {},
  ): Promise<void> {
    const shop = new ShopModel('shop', 7, Date.now() - STEPS * STEP_MS)
    for (let step = 0; step < STEPS; step += 1) shop.step()
    await using server = new PlaybackServer(shop, population(options.others ?? 12, 3, Date.now()))
    const url = await server.listen()
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options.context })
    const complaints: string[] = []
    try {
      const page = await context.newPage()
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.goto(url)
      await page.waitForSelector('tr[data-service], .sign-in')
      await expect.poll(() => server.streams).toBe(1)
      await test(page, server, url)
      // A request that the test made fail is no complaint of the page.
      expect(complaints.filter((text) => !text.startsWith('Failed to load resource'))).toEqual([])
    } finally {
      await context.close()
    }
  }

  const row = (page: Page, name: string) => page.locator(`tr[data-service="${name}"]`)
  const openShop = async (page: Page): Promise<void> => {
    await row(page, 'shop').getByRole('link').click()
    await page.waitForSelector('.uplot canvas')
  }
  const widthOver = (page: Page): Promise<number> =>
    page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)

  it('lists the services with state, cause, response, budget, instances and cost, worst first', async () => {
    await withPage(async (page, server) => {
      const { state, cause } = server.shop.summary()
      expect([state, cause]).toEqual(['at-risk', 'platform'])
      const shop = row(page, 'shop')
      await expect.poll(() => shop.innerText()).toContain('At risk')
      const text = (await shop.innerText()).replaceAll('\u202f', ' ')
      expect(text).toContain('Because of the platform')
      expect(text).toMatch(/\d+ ms\s+of 100 ms/)
      expect(text).toMatch(/\d+ % left/)
      expect(text).toContain('at most 20')
      expect(text).toMatch(/\d\.\d\d EUR/)
      const states = await page.locator('tbody .badge').allInnerTexts()
      const severity = ['Breached', 'At risk', 'Unknown', 'Kept']
      expect(states).toEqual(states.toSorted((one, other) => severity.indexOf(one) - severity.indexOf(other)))
      await page.waitForSelector('tr[data-service="shop"] .spark .line')
    })
  })

  it('shows new figures as they come, without being read again', async () => {
    await withPage(async (page, server) => {
      await page.evaluate(() => document.body.setAttribute('data-read', 'once'))
      const cell = row(page, 'shop').locator('.c-requests')
      const before = await cell.innerText()
      for (let step = 0; step < 30; step += 1) server.step()
      const after = formatRate(server.shop.summary().requestsPerSecond)
      expect(after).not.toBe(before)
      await expect.poll(() => cell.innerText()).toBe(after)
      expect(await page.getAttribute('body', 'data-read')).toBe('once')
    })
  })

  it('filters by words and by verdict, keeps that in the address, and says when nothing fits', async () => {
    await withPage(async (page) => {
      await page.getByRole('searchbox').fill('sho')
      await expect.poll(() => page.locator('tbody tr[data-service]').count()).toBe(1)
      expect(page.url()).toContain('text=sho')
      await page.getByRole('button', { name: 'Breached' }).click()
      await page.getByText('No service fits this filter.').waitFor()
      await page.getByRole('button', { name: 'Show all 13' }).click()
      await expect.poll(() => page.locator('tbody tr[data-service]').count()).toBeGreaterThan(8)
    })
  })

  it('sorts by a column, and the other way at the second press', async () => {
    await withPage(async (page) => {
      const head = page.getByRole('columnheader', { name: 'Service' })
      const first = page.locator('tbody .c-name a').first()
      await head.getByRole('button').click()
      await expect.poll(() => head.getAttribute('aria-sort')).toBe('ascending')
      const [top] = [await first.innerText()]
      await head.getByRole('button').click()
      await expect.poll(() => head.getAttribute('aria-sort')).toBe('descending')
      await expect.poll(() => first.innerText()).not.toBe(top)
    })
  })

  it('explains a service: verdict, cause, charts in words, levels, parts, instances', async () => {
    await withPage(async (page) => {
      await openShop(page)
      expect(await page.title()).toBe('shop: at risk · Holdfast')
      const verdict = page.getByRole('region', { name: 'Verdict' })
      await expect.poll(() => verdict.innerText()).toContain('Because of the platform, in part')
      expect(await verdict.locator('[aria-live]').textContent()).toBe(
        'shop: at risk, because of the platform',
      )
      const charts = page.locator('.plot[role="img"]')
      expect(await charts.count()).toBe(3)
      expect(await charts.first().getAttribute('aria-label')).toContain('The limit is 100')
      await page
        .getByRole('table', { name: /Levels/ })
        .getByText('shop-gold')
        .waitFor()
      await page.getByRole('table', { name: /Parts/ }).getByText('expected 31').waitFor()
      await page
        .getByRole('table', { name: /Instances/ })
        .getByText('Backing off')
        .waitFor()
    })
  })

  it('tells the eight metrics of service and parts over the chosen interval, each with where it is from', async () => {
    await withPage(async (page) => {
      await openShop(page)
      const panel = page.getByRole('region', { name: 'Health' })
      const metrics = panel.getByRole('table', { name: /eight metrics/ })
      // The eight, one that a rule gives, and their heads.
      await expect.poll(() => metrics.getByRole('row').count()).toBe(10)
      const text = (await panel.innerText()).replaceAll('\u202f', ' ')
      expect(text).toContain('measured by gateway for 100 % of it')
      expect(text).toMatch(/Availability\s+99.8 %\s+share answered, 600 from gateway/)
      expect(text).toMatch(/cache-hits\s+41 hits\/s\s+rule cached, 600 from gateway/)
      expect(text).toContain('fast 12 of 600')
      expect(text).toContain('Cannot be true Operations of part data are inside for too short.')
      expect(text).toMatch(/Satisfaction\s+–\s+No client was asked/)
      expect(await metrics.getByRole('columnheader').allInnerTexts()).toEqual([
        'Metric',
        'Service',
        'interface',
        'processing',
        'data',
      ])
      const asked = page.waitForRequest(/health\?interval=1h/)
      await panel.getByText('Last hour').click()
      await asked
    })
  })

  it('says who tells of the service, and what is wrong with whoever does not', async () => {
    await withPage(async (page) => {
      await openShop(page)
      const sources = page.getByRole('table', { name: 'Sources of the service' })
      await expect.poll(() => sources.getByRole('row').count()).toBe(3)
      const text = (await sources.innerText()).replaceAll('\u202f', ' ')
      expect(text).toMatch(/access-log\s+log\s+interface\s+well/)
      expect(text).toContain('malformed 3')
      expect(text).toContain('Nobody answers at 127.0.0.1:9100; is it running?')
    })
  })

  it('shows a change of instances with its reason, and ties its marker to its row', async () => {
    await withPage(async (page, server) => {
      await openShop(page)
      // A quarter of an hour, so that no old change drops out while a new one comes.
      await page.keyboard.press('2')
      await page.waitForURL(/range=15m/)
      const rows = page.locator('.changes li')
      const before = await rows.count()
      const known = server.shop.changes.length
      while (server.shop.changes.length === known) server.step()
      await expect.poll(() => rows.count()).toBeGreaterThan(before)
      const newest = server.shop.changes.at(-1)
      if (newest === undefined) throw new Error('The model made no change.')
      await expect.poll(() => rows.first().innerText()).toContain(newest.reason.says)
      await rows.first().getByRole('button').focus()
      await page.waitForSelector('.marker.lit')
      await page.keyboard.press('ArrowDown')
      await expect.poll(() => rows.nth(1).locator('button.lit').count()).toBe(1)
      await page.locator('.marker').first().focus()
      const lit = page.locator('.changes .lit')
      await expect.poll(() => lit.count()).toBe(1)
      const isInList = (): Promise<boolean> =>
        lit.evaluate((row) => {
          const list = row.closest('.changes')?.getBoundingClientRect()
          const { top, bottom } = row.getBoundingClientRect()
          return list !== undefined && top >= list.top - 1 && bottom <= list.bottom + 1
        })
      await expect.poll(isInList).toBe(true)
    })
  })

  it('shows over time whose fault it was that a level was not kept, with the evidence on demand', async () => {
    await withPage(async (page, server) => {
      await openShop(page)
      const lane = page.getByRole('img', { name: /^Verdicts of the last 5 min other than kept/ })
      expect(await lane.getAttribute('aria-label')).toMatch(/At risk because of the platform, in part \w+/)
      expect(await lane.locator('.at-risk').first().innerText()).toBe('platform')
      const rows = page.locator('.verdicts li')
      const newest = rows.first()
      await newest.locator('summary').focus()
      await page.keyboard.press('Enter')
      await newest.getByText(/Part \w+ has \d+ of \d+ instances ready\./).waitFor()
      await newest.getByText('Nothing that the owner can do: instances are replaced or started.').waitFor()
      // What is read stays open while time goes on.
      server.step()
      await newest.getByText(/This cause lasts since/).waitFor()
      const blamed = await rows.locator('summary strong').allInnerTexts()
      expect(blamed.every((words) => /^the platform, in part \w+$/.test(words))).toBe(true)
    })
  })

  it('looks as far back as it is asked to', async () => {
    await withPage(async (page) => {
      await openShop(page)
      const short = await page.locator('.changes li').count()
      await page.keyboard.press('2')
      await expect.poll(() => page.locator('.changes li').count()).toBeGreaterThan(short)
      expect(await page.getByRole('radio', { name: '15 min', exact: true }).isChecked()).toBe(true)
      expect(page.url()).toContain('range=15m')
    })
  })

  it('can be walked by keys alone', async () => {
    await withPage(async (page) => {
      await page.keyboard.press('?')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
      await page.keyboard.press('/')
      await page.keyboard.type('shop')
      await expect.poll(() => page.locator('tbody tr[data-service]').count()).toBe(1)
      await page.keyboard.press('Escape')
      await expect.poll(() => page.locator('tbody tr[data-service]').count()).toBeGreaterThan(8)
      const focused = () => page.evaluate(() => document.activeElement?.textContent)
      const names = await page.locator('tbody .c-name a').allInnerTexts()
      await page.keyboard.press('j')
      await expect.poll(focused).toBe(names[0])
      await page.keyboard.press('ArrowDown')
      await expect.poll(focused).toBe(names[1])
      await page.keyboard.press('k')
      await expect.poll(focused).toBe(names[0])
      await page.keyboard.press('Enter')
      await expect.poll(() => page.locator('h1').innerText()).toBe(names[0])
      await expect.poll(focused).toBe(names[0])
      await page.keyboard.press('Escape')
      await page.waitForSelector('tr[data-service]')
    })
  })

  it('follows the system to the dark, and a choice of its own stays after reading it again', async () => {
    const ground = (page: Page): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const context = { colorScheme: 'dark' } as const
    await withPage(
      async (page) => {
        const dark = await ground(page)
        await page.keyboard.press('t')
        await expect.poll(() => ground(page)).not.toBe(dark)
        const light = await ground(page)
        await page.reload()
        await page.waitForSelector('tr[data-service]')
        expect(await ground(page)).toBe(light)
      },
      { context },
    )
  })

  it.each([320, 390, 900])('fits a view of %i px without scrolling sideways', async (width) => {
    const context = { viewport: { width, height: 800 } }
    await withPage(
      async (page) => {
        expect(await widthOver(page)).toBeLessThanOrEqual(0)
        await openShop(page)
        await page.getByRole('table', { name: /Instances/ }).waitFor()
        expect(await widthOver(page)).toBeLessThanOrEqual(0)
      },
      { context },
    )
  })

  it('keeps few rows in the document, however many services there are and wherever the list stands', async () => {
    await withPage(
      async (page) => {
        const rows = page.locator('tbody tr[data-service]')
        await expect.poll(() => page.getByRole('table').getAttribute('aria-rowcount')).toBe('10002')
        for (const share of [0, 0.3, 0.7, 1]) {
          await page.evaluate((share) => window.scrollTo(0, document.body.scrollHeight * share), share)
          // The rows that fill the view, wherever it is.
          await expect
            .poll(() =>
              page.evaluate(() => document.elementFromPoint(400, 400)?.closest('tr[data-service]') !== null),
            )
            .toBe(true)
          expect(await rows.count()).toBeLessThan(40)
        }
        await expect.poll(() => rows.last().getAttribute('aria-rowindex')).toBe('10002')
      },
      { others: 10_000 },
    )
  })

  it('says that the connection is lost, marks old figures, and goes on by itself when it is back', async () => {
    await withPage(async (page, server) => {
      await openShop(page)
      server.setAnswering(false)
      const notice = page.getByRole('alert')
      await expect.poll(() => notice.innerText()).toContain('Connection lost, trying again')
      await page.clock.install({ time: Date.now() })
      server.setAnswering(true)
      await notice.waitFor({ state: 'detached' })
      await page.clock.fastForward(60_000)
      await page.locator('.verdict .age').waitFor()
      server.step()
      await page.locator('.verdict .age').waitFor({ state: 'detached' })
    })
  })

  it('says that a service is gone when it is removed', async () => {
    await withPage(async (page, server) => {
      await openShop(page)
      server.send({ kind: 'removed', service: 'shop' })
      await page.getByText('There is no service shop').waitFor()
      await page.getByRole('link', { name: 'All services' }).click()
      await page.waitForSelector('tr[data-service]')
      expect(await row(page, 'shop').count()).toBe(0)
    })
  })

  it('shows how clients are paced, what was learned of them, and why one was told its time', async () => {
    await withPage(async (page) => {
      await page.getByRole('link', { name: 'Watches' }).click()
      const watches = page.getByRole('table', { name: 'All watches' })
      await expect.poll(() => watches.innerText()).toContain('41,280')
      await watches.getByRole('link', { name: 'players' }).click()
      await page.getByRole('heading', { name: 'players' }).waitFor()
      await page.waitForSelector('.uplot canvas')
      const figures = (await page.locator('.figures').innerText()).replaceAll('\u202f', ' ')
      expect(figures).toContain('9.8 %')
      expect(figures).toContain('29.7 %')
      const map = page.locator('.hazards table')
      expect(await map.locator('tbody tr').count()).toBe(2)
      expect(await map.locator('td.deep').count()).toBeGreaterThan(0)
      await page.getByRole('searchbox', { name: 'Name of a client' }).fill('p-17')
      await page.getByRole('button', { name: 'Why then?' }).click()
      await page.getByText('It was told 1m4s').waitFor()
      await page.getByRole('searchbox', { name: 'Name of a client' }).fill('nobody')
      await page.getByRole('button', { name: 'Why then?' }).click()
      await page.getByText('Nothing is known of a client "nobody".').waitFor()
      expect(await widthOver(page)).toBeLessThanOrEqual(0)
    })
  })

  it('says how to sign in when there is no session', async () => {
    await withPage(async (page, server) => {
      server.endSession()
      await page.getByRole('heading', { name: 'Sign in' }).waitFor()
      const text = await page.locator('.sign-in').innerText()
      expect(text).toContain('holdfast up')
      expect(text).toContain('holdfast token create')
    })
  })
})
