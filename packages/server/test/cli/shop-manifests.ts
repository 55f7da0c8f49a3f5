/** What was applied at the shop, as the API says it: an agreement whose next version begins later, and an owner. */
import type { ManifestView } from '../../src/http/api.ts'

export const agreement: ManifestView = {
  kind: 'Agreement',
  name: 'shop',
  owner: 'team-a',
  version: 2,
  appliedAt: '2026-11-27T08:00:00.000Z',
  appliedBy: 'operator',
  document: {
    apiVersion: 'holdfast/v1',
    kind: 'Agreement',
    metadata: { name: 'shop' },
    spec: {
      service: 'shop',
      levels: [{ name: 'fast', metric: 'response-time', limit: '100ms', ratio: '90 %', window: 'hour' }],
    },
  },
  standing: [
    {
      version: 1,
      from: null,
      state: 'in-force',
      signedBy: { owner: 'A. Owner', platform: 'P. Operator' },
      document: {
        apiVersion: 'holdfast/v1',
        kind: 'Agreement',
        metadata: { name: 'shop' },
        spec: { service: 'shop', levels: [{ name: 'fast', metric: 'response-time', limit: '200ms' }] },
      },
    },
    { version: 2, from: '2026-12-01T00:00:00.000Z', state: 'upcoming', signedBy: { owner: 'A. Owner' } },
  ],
  unmetPlaces: ['Instances must run in "south". This platform is in "north" alone.'],
}

export const team: ManifestView = {
  kind: 'Owner',
  name: 'team-a',
  owner: 'team-a',
  version: 2,
  appliedAt: '2026-11-27T08:00:00.000Z',
  appliedBy: 'operator',
  document: { apiVersion: 'holdfast/v1', kind: 'Owner', metadata: { name: 'team-a' }, spec: {} },
}

/** The body of the journal entry of that version. */
export const agreementChange: object = {
  action: 'changed',
  kind: 'Agreement',
  name: 'shop',
  version: 2,
  from: '2026-12-01T00:00:00.000Z',
  signedBy: { owner: 'A. Owner' },
}
