/** Finds a Chromium that can run here: the machine's own, or the one inside an npm package. */
import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** It talks to 127.0.0.1 only, and asks nobody else for anything. */
const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export type FoundBrowser =
  | { readonly kind: 'found'; readonly path: string; readonly args: readonly string[] }
  | { readonly kind: 'none'; readonly why: string }

export async function findBrowser(): Promise<FoundBrowser> {
  const path = installed.find((candidate) => existsSync(candidate))
  if (path !== undefined) return { kind: 'found', path, args: quiet }
  try {
    const { default: packaged } = await import('@sparticuz/chromium')
    // Its other flags are made for one short page: they switch security off, and would hide what we look for.
    const needed = packaged.args.filter((arg) => ['--no-zygote', '--disable-setuid-sandbox'].includes(arg))
    const path = await unpacked(() => packaged.executablePath())
    return { kind: 'found', path, args: [...quiet, ...needed] }
  } catch (error) {
    return { kind: 'none', why: error instanceof Error ? error.message : String(error) }
  }
}

/** The package unpacks into the temporary directory for all; what another user has unpacked there can't be run. */
async function unpacked(unpack: () => Promise<string>): Promise<string> {
  const shared = process.env['TMPDIR']
  process.env['TMPDIR'] = join(tmpdir(), `holdfast-chromium-${userInfo().uid}`)
  mkdirSync(process.env['TMPDIR'], { recursive: true })
  try {
    return await unpack()
  } finally {
    if (shared === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = shared
  }
}

export function launch(found: Extract<FoundBrowser, { kind: 'found' }>): Promise<Browser> {
  // A POSIX locale becomes the language tag en-US@posix, which the browser's own Intl refuses.
  const env = { ...process.env, LC_ALL: 'en_US.UTF-8' }
  return chromium.launch({ executablePath: found.path, args: [...found.args], headless: true, env })
}
