/**
 * Which server, and with which key: flags before environment before files. A key from a file goes only to
 * the server that it belongs to: the operator key of a data directory to a server on this machine, the key
 * of the configuration file to the address that stands beside it.
 */
import { dirname, join } from 'node:path'
import type { Result } from '@holdfast/core/units'
import { failure, type ProblemDocument } from './failure.ts'
import type { Io } from './io.ts'
import { nearest } from '@holdfast/core/units'

export const DEFAULT_URL = 'http://127.0.0.1:7070'

export interface GlobalOptions {
  readonly url?: string
  readonly key?: string
  readonly json?: boolean
  /** False after --no-color. */
  readonly color: boolean
}

/** A value with where it came from, in words. */
interface Sourced {
  readonly value: string
  readonly from: string
}

export interface Settings {
  readonly url: Sourced
  readonly key: Sourced | null
}

export interface ConfigFile {
  readonly path: string
  readonly url: string | null
  readonly key: string | null
}

const CONFIG_FIELDS = ['url', 'key'] as const

/** Directories upward from the working one that are searched; deeper trees are a loop of links. */
const MAX_DIRECTORIES = 64

export async function readSettings(
  io: Io,
  options: Pick<GlobalOptions, 'url' | 'key'>,
): Promise<Result<Settings, ProblemDocument>> {
  const config = await readConfigFile(io)
  if (!config.ok) return config
  const url = chooseUrl(io, options, config.value)
  const fault = urlFault(url)
  if (fault !== null) return { ok: false, error: fault }
  const key = await chooseKey(io, options, config.value, url)
  if (key !== null && !/^[\u0021-\u007e]+$/.test(key.value)) {
    const error = failure('usage', `The key from ${key.from} has characters that no key has.`, {
      hint: 'A key is one word, as `holdfast token create` prints it.',
    })
    return { ok: false, error }
  }
  return { ok: true, value: { url, key } }
}

export function configPath({ env, home }: Pick<Io, 'env' | 'home'>): string {
  return join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'holdfast', 'config.json')
}

/** Null when there is none. */
export async function readConfigFile(io: Io): Promise<Result<ConfigFile | null, ProblemDocument>> {
  const path = configPath(io)
  if (io.files.facts(path)?.kind !== 'file') return { ok: true, value: null }
  let document: unknown
  try {
    document = JSON.parse(await io.files.readText(path))
  } catch (error) {
    return invalidConfig(path, error instanceof Error ? error.message : String(error))
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return invalidConfig(path, 'It must hold an object, such as {"url": "http://127.0.0.1:7070"}.')
  }
  for (const [field, value] of Object.entries(document)) {
    if (!CONFIG_FIELDS.some((known) => known === field)) {
      const near = nearest(field, CONFIG_FIELDS)
      const suggestion = near === null ? 'It may have "url" and "key".' : `Did you mean "${near}"?`
      return invalidConfig(path, `It has the unknown field "${field}". ${suggestion}`)
    }
    if (typeof value !== 'string') return invalidConfig(path, `The field "${field}" must be a text.`)
  }
  const { url = null, key = null } = document as { readonly url?: string; readonly key?: string }
  return { ok: true, value: { path, url, key } }
}

/** The nearest `.holdfast/operator.key` from the working directory upward, or null. */
export function findOperatorKey(io: Pick<Io, 'cwd' | 'files'>): string | null {
  let directory = io.cwd
  for (let count = 0; count < MAX_DIRECTORIES; count += 1) {
    const path = join(directory, '.holdfast', 'operator.key')
    if (io.files.facts(path)?.kind === 'file') return path
    const parent = dirname(directory)
    if (parent === directory) return null
    directory = parent
  }
  return null
}

export function isLoopback(url: string): boolean {
  const host = new URL(url).hostname
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}

function chooseUrl(io: Io, options: Pick<GlobalOptions, 'url'>, config: ConfigFile | null): Sourced {
  if (options.url !== undefined) return { value: options.url, from: '--url' }
  const fromEnvironment = io.env['HOLDFAST_URL']
  if (fromEnvironment) return { value: fromEnvironment, from: 'HOLDFAST_URL' }
  if (config !== null && config.url !== null) return { value: config.url, from: config.path }
  return { value: DEFAULT_URL, from: 'the default' }
}

async function chooseKey(
  io: Io,
  options: Pick<GlobalOptions, 'key'>,
  config: ConfigFile | null,
  url: Sourced,
): Promise<Sourced | null> {
  if (options.key !== undefined) return { value: options.key, from: '--key' }
  const fromEnvironment = io.env['HOLDFAST_KEY']
  if (fromEnvironment) return { value: fromEnvironment, from: 'HOLDFAST_KEY' }
  const ofConfig = config === null || config.key === null ? null : { value: config.key, from: config.path }
  if (config !== null && ofConfig !== null && url.from === config.path) return ofConfig
  const path = isLoopback(url.value) ? findOperatorKey(io) : null
  const ofDirectory = path === null ? null : await readKeyFile(io, path)
  if (ofDirectory !== null) return ofDirectory
  return config !== null && sameOrigin(config.url ?? DEFAULT_URL, url.value) ? ofConfig : null
}

/** A key file of someone else's that may not be read is as good as none; doctor tells of it. */
async function readKeyFile(io: Io, path: string): Promise<Sourced | null> {
  try {
    return { value: (await io.files.readText(path)).trim(), from: path }
  } catch {
    return null
  }
}

function urlFault({ value, from }: Sourced): ProblemDocument | null {
  const isHttp = URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
  if (isHttp) return null
  return failure('usage', `${JSON.stringify(value)} from ${from} is not the address of a server.`, {
    hint: `Write it with http:// or https://, such as ${DEFAULT_URL}.`,
  })
}

function sameOrigin(one: string, other: string): boolean {
  return URL.canParse(one) && new URL(one).origin === new URL(other).origin
}

function invalidConfig(path: string, message: string): Result<never, ProblemDocument> {
  const faults = [{ message, hint: '', place: { source: path } }]
  return { ok: false, error: failure('config-invalid', 'The configuration file is not valid.', { faults }) }
}
