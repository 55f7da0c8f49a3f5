/**
 * Who takes part: Holdfast as it is, rules of others with the targets that each is tried with, and one who knows
 * the load beforehand. Of all but Holdfast the best run on a trace counts, chosen in hindsight.
 */
export type Contender =
  | { readonly kind: 'holdfast' }
  | Peer
  /** It chooses among plans of its own. */
  | { readonly kind: 'clairvoyant' }

export interface Peer {
  readonly kind: PeerKind
  readonly target: number
}

export type PeerKind = 'hpa' | 'hpa-behavior' | 'kpa' | 'request-rate' | 'captain' | 'static-peak'

export const PEER_NAMES: Readonly<Record<PeerKind, string>> = {
  hpa: 'HPA',
  'hpa-behavior': 'HPA with behavior',
  kpa: 'KPA',
  'request-rate': 'request rate',
  captain: 'Captain',
  'static-peak': 'static peak',
}

export const PEERS = Object.keys(PEER_NAMES) as readonly PeerKind[]

interface Sweep {
  readonly full: readonly number[]
  /** Where there is little time. */
  readonly quick: readonly number[]
}

/** An autoscaler on utilisation cannot go up from 0.95 on: full use is within its tolerance. */
const HPA_SWEEP: Sweep = {
  full: [0.2, 0.35, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9],
  quick: [0.65, 0.75, 0.85],
}

const SWEEPS: Readonly<Record<PeerKind, Sweep>> = {
  hpa: HPA_SWEEP,
  'hpa-behavior': HPA_SWEEP,
  // Above 1 operations wait in every instance.
  kpa: { full: [0.4, 0.55, 0.7, 0.85, 1, 1.2, 1.5, 2, 3], quick: [0.7, 1, 1.5] },
  'request-rate': { full: [0.4, 0.55, 0.65, 0.75, 0.8, 0.85, 0.9, 1, 1.2], quick: [0.65, 0.8, 0.95] },
  // Its authors' targets, and larger ones.
  captain: { full: [0, 0.02, 0.04, 0.06, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6], quick: [0.04, 0.1, 0.3] },
  // Of the highest load of a minute.
  'static-peak': { full: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1], quick: [0.4, 0.7, 0.85, 1] },
}

export function contenders(quick: boolean): readonly Contender[] {
  const length = quick ? 'quick' : 'full'
  return [
    { kind: 'holdfast' },
    ...PEERS.flatMap((kind) => SWEEPS[kind][length].map((target): Contender => ({ kind, target }))),
    { kind: 'clairvoyant' },
  ]
}

export function targetText(contender: Contender): string {
  switch (contender.kind) {
    case 'holdfast':
    case 'clairvoyant':
      return ''
    case 'static-peak':
      return `${percent(contender.target)} of the peak`
    case 'hpa':
    case 'hpa-behavior':
    case 'kpa':
    case 'request-rate':
    case 'captain':
      return percent(contender.target)
  }
}

const percent = (share: number): string => `${Math.round(share * 100)} %`
