/** What the API says of the journal, manifests, keys and itself, written once as zod like schemas/service.ts. */
import { z } from 'zod'
import type {
  ApplyRequest,
  ApplyResponse,
  ApplyWarning,
  CreatedKey,
  CreateKeyRequest,
  JournalCheck,
  JournalCheckAll,
  JournalEntryView,
  KeyView,
  ManifestView,
  ProblemDocument,
  ReadinessView,
  StandingVersion,
  Whoami,
  WhyView,
} from '../api.ts'
import { named, pageOf } from './registry.ts'
import { changeView, instant, reasonView, verdictView } from './service.ts'

export const journalKind = z.enum(['decision', 'outcome', 'change', 'event'])

const journalEntry = named<JournalEntryView>(
  'JournalEntry',
  z.object({
    service: z.string().nullable().describe('Null in the chain of the whole installation.'),
    sequence: z.int().min(1).describe('Place in the chain of its service.'),
    at: instant,
    kind: journalKind,
    actor: z.string(),
    body: z.unknown(),
    previousHash: z.string(),
    hash: z.string(),
  }),
)
export const journalPage = pageOf('JournalPage', journalEntry)

export const journalCheck = named<JournalCheck>(
  'JournalCheck',
  z.object({
    service: z.string().nullable(),
    entries: z.int().min(0),
    intact: z.boolean(),
    brokenAt: z.int().nullable().describe('The first entry that does not fit the chain; null when all do.'),
    says: z.string(),
  }),
)

export const journalCheckAll = named<JournalCheckAll>(
  'JournalCheckAll',
  z.object({
    intact: z.boolean(),
    entries: z.int().min(0),
    chains: z.array(journalCheck),
  }),
)

export const whyView = named<WhyView>(
  'Why',
  z.object({
    service: z.string(),
    askedFor: instant,
    decidedAt: instant.nullable(),
    sequence: z.int().nullable(),
    says: z.string(),
    changes: z.array(changeView),
    advice: z.array(changeView).describe('What was advised and not carried out.'),
    verdicts: z.array(verdictView),
    reasons: z.array(reasonView),
    observed: z.array(z.string()),
    outcome: z.array(z.string()),
  }),
)

export const manifestKind = named(
  'ManifestKind',
  z.enum(['Service', 'Agreement', 'Offer', 'InstanceType', 'Owner', 'Source', 'Rule', 'Watch']),
)

const standingVersion = named<StandingVersion>(
  'StandingVersion',
  z.object({
    version: z.int(),
    from: instant.nullable().describe('From when on it counts; null for always.'),
    state: z.enum(['in-force', 'upcoming']),
    signedBy: z
      .object({ owner: z.string().exactOptional(), platform: z.string().exactOptional() })
      .describe('Who agreed to it, for each side that signed.'),
    document: z.unknown().exactOptional().describe('Left out for the newest version.'),
  }),
)

export const manifestView = named<ManifestView>(
  'Manifest',
  z.object({
    kind: manifestKind,
    name: z.string(),
    owner: z.string().nullable(),
    version: z.int(),
    appliedAt: instant,
    appliedBy: z.string(),
    document: z.unknown().describe('The manifest as it can be applied again.'),
    standing: z
      .array(standingVersion)
      .exactOptional()
      .describe('Of an agreement: the versions that are in force or will be, oldest first.'),
    unmetPlaces: z
      .array(z.string())
      .exactOptional()
      .describe('Of an agreement: what it says of places and this platform does not follow, in words.'),
  }),
)
export const manifestPage = pageOf('ManifestPage', manifestView)

/** More files than anyone keeps by hand; the body limit holds besides. */
const FILES_PER_APPLY = 1_000

export const manifestFiles: z.ZodType<ApplyRequest['files']> = z
  .array(
    z.strictObject({
      name: z.string().min(1).describe('Named in faults, as file:line:column.'),
      directory: z.string().min(1).describe('What relative paths in the file are relative to.'),
      text: z.string().describe('One or more YAML or JSON documents.'),
    }),
  )
  .min(1)
  .max(FILES_PER_APPLY)

export const applyRequest = named<ApplyRequest>(
  'ApplyRequest',
  z.strictObject({
    files: manifestFiles,
    dryRun: z.boolean().exactOptional().describe('Only say what would change.'),
  }),
)

const applyWarning = named<ApplyWarning>(
  'ApplyWarning',
  z.object({
    agreement: z.string(),
    entry: z.string().nullable().describe("Of the agreement's schedule; null for its own terms."),
    savedPerMonth: z.string().describe('By the instances without which the promise is broken.'),
    owedPerMonth: z.string().describe('Without those instances.'),
    pricePerMonth: z.string().describe('The price above which the promise is worth keeping.'),
    says: z.string(),
  }),
)

export const applyResponse = named<ApplyResponse>(
  'ApplyResponse',
  z.object({
    dryRun: z.boolean(),
    applied: z.array(
      z.object({
        kind: manifestKind,
        name: z.string(),
        action: z.enum(['created', 'changed', 'unchanged']),
        version: z.int(),
        differences: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })),
      }),
    ),
    warnings: z.array(applyWarning).describe('What is allowed and hardly meant.'),
  }),
)

const scope = named('Scope', z.enum(['operator', 'owner', 'ingest', 'client']))

const keyFields = {
  id: z.string(),
  name: z.string(),
  scope,
  owner: z.string().nullable(),
  createdAt: instant,
  expiresAt: instant.nullable(),
  revokedAt: instant.nullable(),
}
const keyView = named<KeyView>('Key', z.object(keyFields))
export const keyPage = pageOf('KeyPage', keyView)

export const createdKey = named<CreatedKey>(
  'CreatedKey',
  z.object({
    ...keyFields,
    secret: z.string().describe('Shown this once.'),
  }),
)

const KEY_NAME_LENGTH = 100

export const createKeyRequest = named<CreateKeyRequest>(
  'CreateKeyRequest',
  z.strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(KEY_NAME_LENGTH)
      .describe('Who or what holds it; the journal names it.'),
    scope,
    owner: z.string().exactOptional().describe('Given exactly for the scope `owner`.'),
    expiresAt: instant.exactOptional().describe('Without it the key is valid until it is revoked.'),
  }),
)

export const whoamiView = named<Whoami>(
  'Whoami',
  z.object({ name: z.string(), scope, owner: z.string().nullable() }),
)

export const readinessView = named<ReadinessView>(
  'Readiness',
  z.object({
    ready: z.boolean(),
    version: z.string(),
    region: z.string().nullable().describe('Where the platform is; null where nobody said it.'),
    checks: z.array(
      z.object({ name: z.enum(['store', 'first-tick', 'draining']), ok: z.boolean(), says: z.string() }),
    ),
  }),
)

/** OpenAPI's default answer refers to it by name. */
named<ProblemDocument>(
  'Problem',
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    hint: z.string(),
    faults: z.array(
      z.object({
        message: z.string(),
        hint: z.string(),
        source: z.string().exactOptional(),
        line: z.int().exactOptional(),
        column: z.int().exactOptional(),
        pointer: z.string().exactOptional(),
      }),
    ),
  }),
)
