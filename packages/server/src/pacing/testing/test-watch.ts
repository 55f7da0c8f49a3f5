/** A watch of players, as tests declare it. */
import type { Watch } from '@holdfast/core/pacing'
import { branded, type OwnerName, type ServiceName, type WatchName } from '@holdfast/core/units'
import type { DeclaredWatch } from '../paced-watch.ts'

export const PLAYERS: Watch = {
  name: branded<WatchName>('players'),
  parameters: [
    { name: 'rtt', type: 'number' },
    { name: 'connection', type: 'text' },
  ],
  significant: {
    kind: 'any',
    of: [
      { kind: 'absolute', parameter: 'rtt', least: 20 },
      { kind: 'changed', parameter: 'connection' },
    ],
  },
  wanted: { kind: 'stale', share: 0.1 },
  budgetPerSecond: null,
  limits: { leastMs: 1_000, mostMs: 3_600_000 },
  firstGuessMs: 300_000,
  jitter: 0.1,
  classes: [{ name: 'gold', weight: 4 }],
  features: ['device'],
  early: [],
  earlyIsAll: false,
  keptBy: 'server',
  mostClients: 1_000,
  forgetAfterMs: 7 * 86_400_000,
}

export const declaredWatch = (changed: Partial<Watch> = {}, version = 1): DeclaredWatch => ({
  watch: { ...PLAYERS, ...changed },
  service: branded<ServiceName>('red-shop'),
  owner: branded<OwnerName>('red'),
  version,
})
