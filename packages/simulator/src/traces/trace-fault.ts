/** Why recorded loads cannot be used, in words that say what to do. */
export type TraceFaultCode =
  | 'traces-unreadable'
  | 'traces-bad-manifest'
  | 'trace-unreadable'
  | 'trace-without-column'
  | 'trace-bad-row'
  | 'trace-uneven-steps'
  | 'trace-empty'

export interface TraceFault {
  readonly code: TraceFaultCode
  readonly message: string
  readonly hint: string
  /** File, and line where there is one. */
  readonly place: string
}

export const fault = (code: TraceFaultCode, what: Omit<TraceFault, 'code'>): TraceFault => ({ code, ...what })
