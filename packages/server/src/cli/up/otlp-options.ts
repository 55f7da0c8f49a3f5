/** Where OpenTelemetry comes in and goes out, as `holdfast up` is told. */
import type { Result } from '@holdfast/core/units'
import { problem, problemDocument } from '../../errors/index.ts'
import type { ProblemDocument } from '../failure.ts'

/** A port that nobody asked for is done without where it is taken. */
export interface OtlpPort {
  readonly port: number
  readonly isAskedFor: boolean
}

export interface OtlpOptions {
  /** Null for nowhere. */
  readonly http: OtlpPort | null
  readonly grpc: OtlpPort | null
  readonly out: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | null
}

interface Written {
  readonly otlpHttpPort?: string
  readonly otlpGrpcPort?: string
  readonly otlpOut?: string
}

/** As OpenTelemetry has them. */
const HTTP_PORT = 4318
const GRPC_PORT = 4317
const MAX_PORT = 65_535

export function readOtlpOptions(
  { otlpHttpPort, otlpGrpcPort, otlpOut }: Written,
  headers: string | undefined,
): Result<OtlpOptions, ProblemDocument> {
  const http = portIn(otlpHttpPort, HTTP_PORT)
  if (http === undefined) return wrong(`--otlp-http-port must be a number from 0 to ${MAX_PORT}, or off.`)
  const grpc = portIn(otlpGrpcPort, GRPC_PORT)
  if (grpc === undefined) return wrong(`--otlp-grpc-port must be a number from 0 to ${MAX_PORT}, or off.`)
  if (otlpOut === undefined) return { ok: true, value: { http, grpc, out: null } }
  if (!/^https?:\/\//.test(otlpOut) || !URL.canParse(otlpOut))
    return wrong('--otlp-out must be an address that begins with http:// or https://.')
  const sent = headersIn(headers ?? '')
  if (sent === null) return wrong('HOLDFAST_OTLP_HEADERS must be NAME=VALUE, with commas between several.')
  return { ok: true, value: { http, grpc, out: { url: otlpOut, headers: sent } } }
}

/** Undefined for what is none. */
function portIn(written: string | undefined, usual: number): OtlpPort | null | undefined {
  if (written === undefined) return { port: usual, isAskedFor: false }
  if (written === 'off') return null
  const port = Number(written)
  return written !== '' && Number.isInteger(port) && port >= 0 && port <= MAX_PORT
    ? { port, isAskedFor: true }
    : undefined
}

/** As in OTEL_EXPORTER_OTLP_HEADERS: values are percent-encoded. Null for what is none. */
function headersIn(written: string): Readonly<Record<string, string>> | null {
  const headers: Record<string, string> = {}
  for (const pair of written.split(',').filter((one) => one.trim() !== '')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    if (at < 1 || !/^[A-Za-z0-9_-]+$/.test(name)) return null
    try {
      headers[name.toLowerCase()] = decodeURIComponent(pair.slice(at + 1).trim())
    } catch {
      return null
    }
  }
  return headers
}

const wrong = (detail: string): Result<never, ProblemDocument> => ({
  ok: false,
  error: problemDocument(problem('usage', detail)),
})
