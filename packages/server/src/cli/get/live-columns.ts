/** The columns of what the loop knows: services, instances, verdicts; and of keys. */
import type { InstanceView, KeyView, ServiceSummary, VerdictView } from '../../http/api.ts'
import { figures, percents } from '../figures.ts'
import type { Io } from '../io.ts'
import type { Style } from '../paint.ts'
import { NOTHING, type Column } from '../table.ts'
import { ago, localTime } from '../times.ts'
import { stateStyles } from '../verdict-words.ts'

export const serviceColumns: readonly Column<ServiceSummary>[] = [
  { heading: 'NAME', cell: ({ name }) => name },
  {
    heading: 'STATE',
    cell: ({ state, mode }) => (mode === 'advise' ? `${state}, advised` : state),
    style: ({ state }) => stateStyles[state],
  },
  { heading: 'CAUSE', cell: ({ cause }) => cause ?? NOTHING },
  { heading: 'LOAD (/s)', value: ({ requestsPerSecond }) => requestsPerSecond, write: figures },
  { heading: 'P90 (ms)', value: ({ response }) => response?.p90Ms ?? null, write: figures },
  { heading: 'LIMIT (ms)', value: ({ limitMs }) => limitMs, write: figures },
  { heading: 'MET (%)', value: ({ measuredRatio }) => measuredRatio, write: percents },
  { heading: 'PROMISED (%)', value: ({ promisedRatio }) => promisedRatio, write: percents },
  { heading: 'BUDGET LEFT (%)', value: ({ budgetLeftRatio }) => budgetLeftRatio, write: percents },
  { heading: 'READY', align: 'right', cell: ({ instances }) => `${instances.ready}/${instances.desired}` },
  { heading: 'COST (/h)', align: 'right', cell: ({ costPerHour }) => costPerHour },
  { heading: 'OWNER', cell: ({ owner }) => owner },
]

export const instanceColumns = (io: Pick<Io, 'now'>): readonly Column<InstanceView>[] => [
  { heading: 'ID', cell: ({ id }) => id },
  { heading: 'SERVICE', cell: ({ service }) => service },
  { heading: 'PART', cell: ({ part }) => part },
  { heading: 'PHASE', cell: ({ phase }) => phase, style: ({ phase }) => phaseStyles[phase] },
  { heading: 'SINCE', cell: ({ since }) => ago(since, io.now()) },
  { heading: 'RESTARTS', align: 'right', cell: ({ restarts }) => String(restarts) },
  { heading: 'ADDRESS', cell: ({ address }) => address ?? NOTHING },
  { heading: 'NOTE', cell: noteOf },
]

/** What there is to say beyond the phase. */
function noteOf({ says, phase, desired }: InstanceView): string {
  const note = says === phase ? '' : says
  return note || (desired ? NOTHING : 'no longer wanted')
}

const phaseStyles: Readonly<Record<InstanceView['phase'], Style>> = {
  starting: 'plain',
  ready: 'good',
  draining: 'muted',
  'backing-off': 'warning',
  failed: 'bad',
}

export const verdictColumns: readonly Column<VerdictView>[] = [
  { heading: 'AGREEMENT', cell: ({ agreement }) => agreement },
  { heading: 'LEVEL', cell: ({ level }) => level },
  { heading: 'STATE', cell: ({ state }) => state, style: ({ state }) => stateStyles[state] },
  { heading: 'MET', align: 'right', cell: ({ met }) => String(met) },
  { heading: 'MISSED', align: 'right', cell: ({ missed }) => String(missed) },
  { heading: 'MET (%)', value: ({ measuredRatio }) => measuredRatio, write: percents },
  { heading: 'PROMISED (%)', value: ({ promisedRatio }) => promisedRatio, write: percents },
  { heading: 'MISSES LEFT', value: ({ missesLeft }) => missesLeft, write: figures },
  { heading: 'BURN (×)', value: ({ burn }) => burn, write: figures },
  { heading: 'CAUSE', cell: ({ cause }) => cause?.kind ?? NOTHING },
  { heading: 'REASON', cell: ({ reason }) => reason },
]

export const keyColumns = (io: Pick<Io, 'now' | 'timeZone'>): readonly Column<KeyView>[] => [
  { heading: 'ID', cell: ({ id }) => id },
  { heading: 'NAME', cell: ({ name }) => name },
  { heading: 'SCOPE', cell: ({ scope }) => scope },
  { heading: 'OWNER', cell: ({ owner }) => owner ?? NOTHING },
  { heading: 'CREATED', cell: ({ createdAt }) => ago(createdAt, io.now()) },
  {
    heading: `EXPIRES (${io.timeZone})`,
    cell: ({ expiresAt }) => (expiresAt === null ? 'never' : localTime(expiresAt, io)),
  },
  {
    heading: 'STATE',
    cell: (key) => keyState(key, io.now()),
    style: (key) => (isValid(key, io.now()) ? 'good' : 'muted'),
  },
]

function keyState(key: KeyView, nowMs: number): string {
  if (key.revokedAt !== null) return `revoked ${ago(key.revokedAt, nowMs)}`
  return isValid(key, nowMs) ? 'valid' : 'expired'
}

function isValid({ revokedAt, expiresAt }: KeyView, nowMs: number): boolean {
  return revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > nowMs)
}
