/**
 * `holdfast up`: puts the server together, applies the manifests that were named, shows where the dashboard
 * is and how the services are, and takes all of it down again in order.
 */
import { basename, join, resolve } from 'node:path'
import type { Result } from '@holdfast/core/units'
import { ProblemError, problem, problemDocument } from '../../errors/index.ts'
import type { ProblemDocument, ServiceSummary } from '../../http/api.ts'
import type { Region } from '../../manifests/index.ts'
import { warningLine } from '../apply/applied-lines.ts'
import { clean } from '../clean.ts'
import { apiClient } from '../client.ts'
import type { FileOptions } from '../file-options.ts'
import type { Io } from '../io.ts'
import { readManifestFiles } from '../manifest-files.ts'
import { paintFor } from '../paint.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { DEFAULT_URL } from '../settings.ts'
import { HOST } from './listen.ts'
import { readOtlpOptions } from './otlp-options.ts'
import { MAX_INSTANCES, type ServerOptions } from './server-options.ts'
import { startServer, type RunningServer } from './server.ts'
import { statusLine } from './status-line.ts'

const DEFAULT_DATA = '.holdfast'

export interface UpOptions extends FileOptions {
  readonly data?: string
  readonly store?: string
  readonly port: string
  readonly gatewayPort: string
  readonly maxInstances?: string
  readonly region?: string
  readonly mmv?: string
  readonly tokenKeys?: string
  readonly otlpHttpPort?: string
  readonly otlpGrpcPort?: string
  readonly otlpOut?: string
}

export async function up(context: CommandContext, options: UpOptions): Promise<Outcome> {
  const { io } = context
  const interrupted = io.untilInterrupted()
  const files = options.filename.length === 0 ? null : await readManifestFiles(io, options)
  if (files !== null && !files.ok) return files
  const wanted = serverOptions(io, options)
  if (!wanted.ok) return wanted
  try {
    const server = await startServer(wanted.value)
    try {
      if (files !== null && !interrupted.aborted) {
        const applied = await clientOf(context, server).apply({ files: files.value })
        if (!applied.ok) return applied
        for (const warning of applied.value.warnings) context.note(`warning: ${warningLine(warning)}`)
      }
      for (const { agreement, says } of server.unmetPlaces)
        context.note(`Agreement ${agreement}: ${says} Its service is kept as it is.`)
      context.print(...welcome(server, wanted.value))
      const forget = showStatus(context, server)
      await server.run(interrupted)
      forget()
      context.note('Stopping: draining and ending the instances; Ctrl-C again ends at once.')
    } finally {
      await server[Symbol.asyncDispose]()
    }
    context.note('Stopped. `holdfast up` goes on from here.')
    return done
  } catch (error) {
    if (error instanceof ProblemError) return { ok: false, error: problemDocument(error.problem) }
    throw error
  }
}

function serverOptions(io: Io, options: UpOptions): Result<ServerOptions, ProblemDocument> {
  const ports = readPorts(options)
  if (!ports.ok) return ports
  const most = readMaxInstances(options)
  if (!most.ok) return most
  const region = readRegion(options.region, io.env['HOLDFAST_REGION'])
  if (!region.ok) return region
  const otlp = readOtlpOptions(options, io.env['HOLDFAST_OTLP_HEADERS'])
  if (!otlp.ok) return otlp
  const value = {
    // A variable that is empty counts as one that is not set.
    directory: resolve(io.cwd, options.data ?? (io.env['HOLDFAST_DATA'] || DEFAULT_DATA)),
    store: options.store ?? (io.env['HOLDFAST_STORE'] || null),
    ...ports.value,
    maxInstances: most.value,
    region: region.value,
    mmv: options.mmv === undefined ? null : resolve(io.cwd, options.mmv),
    tokenKeys: options.tokenKeys === undefined ? null : resolve(io.cwd, options.tokenKeys),
    otlp: otlp.value,
    version: io.version,
    quiet: io.stdout.isTTY,
  }
  return { ok: true, value }
}

/** The manifests go the same way as `holdfast apply` sends them, so that they are checked and journaled alike. */
function clientOf({ io }: CommandContext, server: RunningServer): ReturnType<typeof apiClient> {
  const settings = {
    url: { value: server.url, from: 'this server' },
    key: { value: server.operatorKey, from: 'the data directory' },
  }
  return apiClient(io, settings, 'people')
}

function welcome(server: RunningServer, { region }: Pick<ServerOptions, 'region'>): readonly string[] {
  return [
    '',
    `  Dashboard  ${server.url}`,
    `  Sign in    ${server.signInUrl}`,
    `  Data       ${server.directory} (log: ${server.logFile ?? 'stderr'})`,
    ...otlpLine(server),
    ...(region === null ? [] : [`  Region     ${region}`]),
    '',
    `  In another terminal: ${elsewhere(server)}npx holdfast get services · npx holdfast why SERVICE`,
    '  Ctrl-C here stops all',
    '',
  ]
}

function otlpLine({ otlp: { http, grpc } }: RunningServer): readonly string[] {
  const ways = [
    ...(http === null ? [] : [`http://${HOST}:${http}`]),
    ...(grpc === null ? [] : [`gRPC ${HOST}:${grpc}`]),
  ]
  return ways.length === 0 ? [] : [`  OTLP       ${ways.join(' · ')}`]
}

/** What commands need to be told when the server is not where they look for it. */
function elsewhere({ url, directory }: RunningServer): string {
  const settings = [
    url === DEFAULT_URL ? '' : `export HOLDFAST_URL=${url}`,
    basename(directory) === '.holdfast'
      ? ''
      : `export HOLDFAST_KEY=$(cat ${join(directory, 'operator.key')})`,
  ]
  return settings.map((setting) => (setting === '' ? '' : `${setting} · `)).join('')
}

/** On a terminal one line that follows the loop; elsewhere a line for each service whose state changes. */
function showStatus({ io, print, paint }: CommandContext, server: RunningServer): () => void {
  if (io.stdout.isTTY) {
    const show = (): void =>
      io.stdout.write(`\r\u001b[2K${statusLine(server.live.services(), paint, io.stdout.columns - 1)}`)
    const forget = server.live.subscribe((event) => {
      if (event.kind === 'service') show()
    })
    return () => {
      forget()
      io.stdout.write('\n')
    }
  }
  const plain = paintFor(io, io.stdout, false)
  const said = new Map<string, ServiceSummary['state']>()
  return server.live.subscribe((event) => {
    if (event.kind !== 'service' || event.summary.promisedRatio === null) return
    if (said.get(event.service) === event.summary.state) return
    said.set(event.service, event.summary.state)
    print(statusLine([event.summary], plain, Infinity))
  })
}

const MAX_PORT = 65_535

function readPorts(
  options: UpOptions,
): Result<{ readonly port: number; readonly gatewayPort: number }, ProblemDocument> {
  const [port, gatewayPort] = [Number(options.port), Number(options.gatewayPort)]
  const wrong = Object.entries({ '--port': port, '--gateway-port': gatewayPort }).find(
    ([, value]) => !Number.isInteger(value) || value < 0 || value > MAX_PORT,
  )
  if (wrong !== undefined) return wrongPorts(`${wrong[0]} must be a number from 0 to ${MAX_PORT}.`)
  // 0 asks for any port that is free, so that it may stand twice.
  if (port === gatewayPort && port !== 0) return wrongPorts('--port and --gateway-port must differ.')
  return { ok: true, value: { port, gatewayPort } }
}

function readMaxInstances({ maxInstances }: UpOptions): Result<number | null, ProblemDocument> {
  if (maxInstances === undefined) return { ok: true, value: null }
  const most = Number(maxInstances)
  if (maxInstances !== '' && Number.isInteger(most) && most >= 1 && most <= MAX_INSTANCES)
    return { ok: true, value: most }
  const detail = `--max-instances must be a whole number from 1 to ${MAX_INSTANCES}.`
  return { ok: false, error: problemDocument(problem('usage', detail)) }
}

/** As long as an agreement may name a region. */
const MAX_REGION_LENGTH = 200

/** A variable that is empty counts as one that is not set; a flag that is empty is a mistake. */
function readRegion(flag: string | undefined, variable: string | undefined): Result<Region, ProblemDocument> {
  const region = flag ?? (variable || null)
  if (region === null || isRegion(region)) return { ok: true, value: region }
  const detail = `${flag === undefined ? 'HOLDFAST_REGION' : '--region'} must be a name of 1 to ${MAX_REGION_LENGTH} characters in one line.`
  return { ok: false, error: problemDocument(problem('usage', detail)) }
}

const isRegion = (text: string): boolean =>
  text.trim() === text && text !== '' && text.length <= MAX_REGION_LENGTH && clean(text) === text

function wrongPorts(detail: string): Result<never, ProblemDocument> {
  return { ok: false, error: problemDocument(problem('usage', detail)) }
}
