/**
 * Which series tell of operations, by the names that instrumentation gives them (H1.16): OpenTelemetry's semantic
 * conventions, and what is common among exporters of Prometheus. Anything else needs a rule.
 */
import type { Series } from '../series/index.ts'

export type OperationRole =
  /** How long each operation took, and so also how many there were. */
  | 'durations'
  /** How many operations there were. */
  | 'counts'
  /** How many are inside at once. */
  | 'inside'

/** As in Prometheus: dots are underscores there, and units and `total` are part of the name. */
const spelled = (name: string): string =>
  name.replaceAll(/[.\-/]/g, '_').replace(/_(total|seconds|milliseconds|millis|ms|microseconds)$/, '')

const DURATIONS: ReadonlySet<string> = new Set([
  'http_server_request_duration',
  'http_server_duration',
  'http_request_duration',
  'http_requests_duration',
  // Micrometer of Spring Boot
  'http_server_requests',
  'request_duration',
  'requests_duration',
  'rpc_server_duration',
  'rpc_server_call_duration',
  'grpc_server_handling',
  'grpc_server_handled_latency',
  'messaging_process_duration',
  'trace_server_duration',
  'istio_request_duration',
  'traefik_service_request_duration',
  'caddy_http_request_duration',
  'nginx_ingress_controller_request_duration',
])

const COUNTS: ReadonlySet<string> = new Set([
  'http_server_requests',
  'http_requests',
  'http_request_count',
  'requests',
  'grpc_server_handled',
  'nginx_http_requests',
  'apache_accesses',
  'traefik_service_requests',
  'caddy_http_requests',
  'haproxy_frontend_http_requests',
  'envoy_http_downstream_rq',
  'istio_requests',
])

const INSIDE: ReadonlySet<string> = new Set([
  'http_server_active_requests',
  'http_requests_in_flight',
  'http_requests_inflight',
  'http_requests_in_progress',
  'http_server_requests_in_flight',
  'http_in_flight_requests',
  'rpc_server_active_requests',
  'grpc_server_in_flight',
])

/** Null where it tells of no operation. */
export function roleOf({ name, kind }: Pick<Series, 'name' | 'kind'>): OperationRole | null {
  const plain = spelled(name)
  if (kind === 'distribution') return DURATIONS.has(plain) ? 'durations' : null
  if (kind === 'gauge') return INSIDE.has(plain) ? 'inside' : null
  return COUNTS.has(plain) ? 'counts' : null
}

/** The same of a series as it comes, where a histogram is still in pieces. */
export function mayTellOperations({ name, kind }: Pick<Series, 'name' | 'kind'>): boolean {
  if (roleOf({ name, kind }) !== null) return true
  if (kind !== 'counter') return false
  const [, base] = /^(.+)_(?:bucket|sum|count)$/.exec(name) ?? []
  return base !== undefined && DURATIONS.has(spelled(base))
}

export type Ended = 'completed' | 'failed' | 'aborted'

/** How operations with these labels ended; a server's fault is a failure, a client's is not. */
export function endedAs({ labels }: Pick<Series, 'labels'>): Ended {
  const outcome = labels['holdfast.outcome']
  if (outcome === 'completed' || outcome === 'failed' || outcome === 'aborted') return outcome
  if (labels['error'] === 'true') return 'failed'
  const status = firstOf(labels, STATUS)
  if (status !== undefined) return isServerFault(status) ? 'failed' : 'completed'
  const grpc = firstOf(labels, GRPC_STATUS)
  if (grpc !== undefined) return GRPC_FAULTS.has(grpc) ? 'failed' : 'completed'
  return firstOf(labels, ERROR_TYPE) === undefined ? 'completed' : 'failed'
}

const STATUS = [
  'http.response.status_code',
  'http_response_status_code',
  'http.status_code',
  'http_status_code',
  'status_code',
  'response_code',
  'statuscode',
  'status',
  'code',
]
const GRPC_STATUS = ['rpc.grpc.status_code', 'rpc_grpc_status_code', 'grpc_code', 'grpc_status']
const ERROR_TYPE = ['error.type', 'error_type']
const GRPC_FAULTS: ReadonlySet<string> = new Set(
  [
    ['2', '4', '12', '13', '14', '15'],
    ['Unknown', 'DeadlineExceeded', 'Unimplemented', 'Internal', 'Unavailable', 'DataLoss'],
    ['UNKNOWN', 'DEADLINE_EXCEEDED', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'],
  ].flat(),
)

/** A status of 5xx, also written as a class; words are those of gRPC. */
const isServerFault = (status: string): boolean =>
  /^5(\d\d|xx)$/i.test(status) || GRPC_FAULTS.has(wordOf(status))

/** Bare numbers below a hundred would be codes of gRPC, which stand in labels of their own. */
const wordOf = (status: string): string => (/^\d+$/.test(status) ? '' : status)

function firstOf(labels: Series['labels'], names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = labels[name]
    if (value !== undefined && value !== '') return value
  }
  return undefined
}

const METHOD = ['http.request.method', 'http_request_method', 'http.method', 'http_method', 'method', 'verb']
const ROUTE = ['http.route', 'http_route', 'route', 'uri', 'handler', 'endpoint', 'path']
const NAMED = ['holdfast.operation', 'rpc.method', 'rpc_method', 'grpc_method', 'operation']
const CLASS = ['holdfast.class', 'holdfast_class', 'class']

/** As the gateway names it, a method and a path; null where the labels do not say. */
export function operationOf({ labels }: Pick<Series, 'labels'>): string | null {
  const named = firstOf(labels, NAMED)
  if (named !== undefined) return named
  const [method, route] = [firstOf(labels, METHOD), firstOf(labels, ROUTE)]
  if (method !== undefined && route !== undefined) return `${method} ${route}`
  return route ?? method ?? null
}

export const classOf = ({ labels }: Pick<Series, 'labels'>): string | null => firstOf(labels, CLASS) ?? null
