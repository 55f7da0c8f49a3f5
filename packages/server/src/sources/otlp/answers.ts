/** What a sender is answered: the same for HTTP and gRPC, which each write it in their own way. */
import { ByteWriter } from '../../otlp/index.ts'

export type Answer =
  /** `says`: why some of it was not; empty where all of it was. */
  | { readonly kind: 'taken'; readonly rejected: number; readonly says: string }
  | {
      readonly kind: 'refused'
      readonly why: Refusal
      readonly says: string
      readonly retrySeconds: number | null
    }

export type Refusal =
  | 'malformed'
  | 'too-large'
  | 'unknown-encoding'
  | 'unknown-type'
  | 'unknown-path'
  | 'wrong-method'
  | 'key-missing'
  | 'key-wrong'
  | 'not-allowed'
  | 'too-many'
  | 'busy'
  | 'failed'

/** Of google.rpc.Status. */
interface Codes {
  readonly http: number
  readonly grpc: number
}

export const CODES: Readonly<Record<Refusal, Codes>> = {
  malformed: { http: 400, grpc: 3 },
  'too-large': { http: 413, grpc: 8 },
  'unknown-encoding': { http: 415, grpc: 12 },
  'unknown-type': { http: 415, grpc: 3 },
  'unknown-path': { http: 404, grpc: 12 },
  'wrong-method': { http: 405, grpc: 12 },
  'key-missing': { http: 401, grpc: 16 },
  'key-wrong': { http: 401, grpc: 16 },
  'not-allowed': { http: 403, grpc: 7 },
  'too-many': { http: 429, grpc: 14 },
  busy: { http: 503, grpc: 14 },
  failed: { http: 500, grpc: 13 },
}

export const refusal = (why: Refusal, says: string, retrySeconds: number | null = null): Answer => ({
  kind: 'refused',
  why,
  says,
  retrySeconds,
})

/** ExportMetricsServiceResponse and ExportTraceServiceResponse number their fields alike. */
export function responseBytes({ rejected, says }: Extract<Answer, { kind: 'taken' }>): Uint8Array {
  const writer = new ByteWriter()
  if (says !== '')
    writer.message(1, (partial) => {
      partial.varint(1, rejected)
      partial.text(2, says)
    })
  return writer.finish()
}

export function responseJson(
  { rejected, says }: Extract<Answer, { kind: 'taken' }>,
  signal: 'metrics' | 'traces',
): string {
  if (says === '') return '{}'
  const field = signal === 'metrics' ? 'rejectedDataPoints' : 'rejectedSpans'
  return JSON.stringify({ partialSuccess: { [field]: String(rejected), errorMessage: says } })
}

export const statusBytes = (code: number, says: string): Uint8Array =>
  new ByteWriter().varint(1, code).text(2, says).finish()
