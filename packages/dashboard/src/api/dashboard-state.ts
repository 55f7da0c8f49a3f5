/**
 * Everything that the page knows, as plain data. Only the functions in apply.ts make the next state from
 * it; parts of the page read it and never change it.
 */
import type {
  ChangeView,
  HistoryPoint,
  InstanceView,
  ServiceDetail,
  ServiceSummary,
} from '../../../server/src/http/api.ts'
import type { Trend } from './trend.ts'

export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'lost'; readonly sinceMs: number; readonly retryAtMs: number }

type Listing =
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded' }
  | { readonly kind: 'failed'; readonly says: string }

/** The service whose page is open. */
export interface OpenedService {
  readonly name: string
  readonly status: 'loading' | 'loaded' | 'missing' | 'failed'
  /** Why it could not be loaded; empty otherwise. */
  readonly says: string
  readonly detail: ServiceDetail | null
  readonly instances: readonly InstanceView[]
  /** Ascending by time. */
  readonly points: readonly HistoryPoint[]
  /** Ascending by time. */
  readonly changes: readonly ChangeView[]
  /** How far back points and changes are known; null until the first history has come. */
  readonly historyFromMs: number | null
}

export interface DashboardState {
  readonly signedOut: boolean
  readonly connection: Connection
  readonly listing: Listing
  readonly services: ReadonlyMap<string, ServiceSummary>
  readonly trends: ReadonlyMap<string, Trend>
  readonly opened: OpenedService | null
  /** Add it to this machine's clock to have the server's, so that ages are right whatever this clock says. */
  readonly clockOffsetMs: number
}

export const initialState: DashboardState = {
  signedOut: false,
  connection: { kind: 'connecting' },
  listing: { kind: 'loading' },
  services: new Map(),
  trends: new Map(),
  opened: null,
  clockOffsetMs: 0,
}

export function emptyOpened(name: string): OpenedService {
  return {
    name,
    status: 'loading',
    says: '',
    detail: null,
    instances: [],
    points: [],
    changes: [],
    historyFromMs: null,
  }
}
