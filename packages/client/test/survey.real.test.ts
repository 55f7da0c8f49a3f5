// Goal: the widget asks, by mouse and by keyboard, and neither disturbs the page nor is disturbed by it. Method: a real
// browser on a page with a strict content security policy; the sources are served with their types taken off.
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findBrowser, launch } from '../../dashboard/test/browser.ts'
import type { SurveyEvent } from '../src/survey/index.ts'
import { serving, textOf, type Listening } from './measured-server.ts'

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
<link rel="icon" href="data:,"><button id="cart">Cart</button>
<script type="module" src="/page.js"></script></html>`
/** As an application would have it. */
const SCRIPT = `import { createSurvey, showSurvey } from '/src/survey/index.ts'
window.show = (texts) => {
  const survey = createSurvey({ service: 'shop', client: 'account-17', class: 'gold', every: 1, key: 'hf_c' })
  const shown = showSurvey(survey, { texts, thanksMs: 50 })
  shown?.closed.then((how) => void (document.title = how))
  return shown !== null
}`
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; style-src 'self'"

const found = await findBrowser()
const why = found.kind === 'none' ? `no Chromium: ${found.why}` : null

describe.skipIf(why !== null)(`the survey in a browser${why === null ? '' : ` (skipped: ${why})`}`, () => {
  let browser: Awaited<ReturnType<typeof launch>>
  let site: Listening
  let told: SurveyEvent[]
  const headers: (string | undefined)[] = []

  beforeAll(async () => {
    if (found.kind === 'found') browser = await launch(found)
    site = await serving(async (request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://shop.example')
      if (request.method === 'POST') {
        headers.push(request.headers.authorization)
        told.push(...(JSON.parse(await textOf(request)) as { events: SurveyEvent[] }).events)
        response.setHeader('content-type', 'application/json').end('{"counted":1,"repeated":0}')
      } else if (pathname === '/') {
        response.setHeader('content-security-policy', POLICY).setHeader('content-type', 'text/html').end(PAGE)
      } else if (pathname === '/page.js') {
        response.setHeader('content-type', 'text/javascript').end(SCRIPT)
      } else {
        const source = await readFile(new URL(`..${pathname}`, import.meta.url), 'utf8')
        response.setHeader('content-type', 'text/javascript').end(stripTypeScriptTypes(source))
      }
    })
  })
  afterAll(async () => {
    await browser?.close()
    await site?.[Symbol.asyncDispose]()
  })
  beforeEach(() => {
    told = []
  })

  async function open(texts = {}, context = {}) {
    const page = await browser.newPage(context)
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(`http://127.0.0.1:${site.port}/`)
    await page.focus('#cart')
    await page.waitForFunction(() => 'show' in window)
    const show = (): Promise<boolean> =>
      page.evaluate((texts) => (window as unknown as { show(texts: object): boolean }).show(texts), texts)
    expect(await show()).toBe(true)
    return { page, complaints, show }
  }

  it('tells of an answer by mouse, thanks, and goes', async () => {
    const { page, complaints } = await open()
    await page.getByRole('dialog', { name: 'How quick is it today?' }).waitFor()
    await page.getByRole('button', { name: 'Too slow' }).click()
    await page.getByText('Thank you.').waitFor()
    await expect.poll(() => page.title()).toBe('answered')
    expect(await page.locator('holdfast-survey').count()).toBe(0)
    await expect.poll(() => told.map(({ answer }) => answer)).toEqual([undefined, 'too-slow'])
    expect(told[1]).toMatchObject({ client: 'account-17', class: 'gold', question: told[0]?.question })
    expect(headers.at(-1)).toBe('Bearer hf_c')
    expect(complaints).toEqual([])
    await page.close()
  })

  it('takes no focus, is answered by keyboard, and gives the focus back', async () => {
    const { page, complaints } = await open()
    const focused = (): Promise<string | undefined> => page.evaluate(() => document.activeElement?.id)
    expect(await focused()).toBe('cart')
    for (let i = 0; i < 2; i++) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await focused()).toBe('cart')
    await expect.poll(() => told.map(({ answer }) => answer)).toEqual([undefined, 'great'])
    expect(complaints).toEqual([])
    await page.close()
  })

  it('is dismissed by Escape, which counts as asked, and is not shown again', async () => {
    const { page, show } = await open()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.title()).toBe('dismissed')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('cart')
    expect(await show()).toBe(false)
    await expect.poll(() => told).toHaveLength(1)
    expect(told[0]).not.toHaveProperty('answer')
    await page.close()
  })

  it('says what it is told to say', async () => {
    const { page } = await open({ question: 'Wie schnell ist es?', great: 'Sehr gut', dismiss: 'Schließen' })
    await page.getByRole('button', { name: 'Sehr gut' }).waitFor()
    await page.getByRole('button', { name: 'Schließen' }).click()
    await expect.poll(() => page.title()).toBe('dismissed')
    await page.close()
  })

  it.each([
    ['reduce', 'none'],
    ['no-preference', 'come'],
  ] as const)('moves only for those who do not mind: %s', async (reducedMotion, animation) => {
    const { page } = await open({}, { reducedMotion })
    const box = page.getByRole('dialog')
    expect(await box.evaluate((element) => getComputedStyle(element).animationName)).toBe(animation)
    await page.close()
  })

  it('stays within a small screen', async () => {
    const { page } = await open({}, { viewport: { width: 320, height: 480 } })
    const box = await page.getByRole('dialog').boundingBox()
    expect(box?.x).toBeGreaterThanOrEqual(0)
    expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(320)
    await page.close()
  })
})
