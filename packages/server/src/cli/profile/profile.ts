/** `holdfast profile`: from what was typed to an experiment, and from what it found to a table, JSON or a manifest. */
import { resolve } from 'node:path'
import type { PartProfile } from '@holdfast/core/profile'
import {
  formatDuration,
  minutes,
  parseDuration,
  seconds,
  type DurationMs,
  type Result,
} from '@holdfast/core/units'
import { ProblemError, problemDocument, type Problem, type ProblemCode } from '../../errors/index.ts'
import {
  Interrupted,
  parseRequest,
  profileService,
  saveManifest,
  subjectInDocument,
  subjectInFiles,
  updateManifest,
  type Subject,
  type WantedRequest,
} from '../../profile/index.ts'
import { failure, type ProblemDocument } from '../failure.ts'
import type { FileOptions } from '../file-options.ts'
import { readManifestFiles } from '../manifest-files.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { showProgress } from './progress.ts'
import { profileJson, profileLines } from './report.ts'

export interface ProfileOptions extends FileOptions {
  readonly part?: string
  readonly request: readonly string[]
  readonly time: string
  readonly write?: string
}

/** In less, hardly an operation of a slow part ends; in more, the machine changes under the experiment. */
const LEAST_TIME = seconds(5)
const MOST_TIME = minutes(60)

export async function profile(
  context: CommandContext,
  service: string,
  options: ProfileOptions,
): Promise<Outcome> {
  const requests = readRequests(options.request)
  if (!requests.ok) return requests
  const budgetMs = readTime(options.time)
  if (!budgetMs.ok) return budgetMs
  const target = options.write === undefined ? null : await readTarget(context, service, options.write)
  if (target !== null && !target.ok) return target
  const subject = await readSubject(context, service, options)
  if (!subject.ok) return subject

  const found = await run(context, {
    subject: subject.value,
    part: options.part ?? null,
    requests: requests.value,
    budgetMs: budgetMs.value,
  })
  if (!found.ok) return found
  if (found.value === null) {
    context.note('Stopped. All that was started was ended, and nothing was written.')
    return { ok: true, value: 1 }
  }
  if (context.json) context.printJson(profileJson(subject.value, found.value))
  else
    context.print(
      ...profileLines(subject.value, found.value, { paint: context.paint, snippet: target === null }),
    )
  return target === null ? done : write(context, service, target.value, found.value)
}

type Order = Pick<Parameters<typeof profileService>[0], 'subject' | 'part' | 'requests' | 'budgetMs'>

/** Null when it was interrupted. */
async function run(
  context: CommandContext,
  order: Order,
): Promise<Result<readonly PartProfile[] | null, ProblemDocument>> {
  const progress = showProgress(context)
  const signal = context.io.untilInterrupted()
  try {
    return { ok: true, value: await profileService({ ...order, signal, tell: progress.tell }) }
  } catch (error) {
    if (error instanceof Interrupted || signal.aborted) return { ok: true, value: null }
    if (error instanceof ProblemError) return { ok: false, error: documentOf(error.problem) }
    throw error
  } finally {
    progress.end()
  }
}

async function readSubject(
  { io, api }: CommandContext,
  service: string,
  options: ProfileOptions,
): Promise<Result<Subject, ProblemDocument>> {
  const named =
    options.filename.length > 0 || options.write === undefined ? options.filename : [options.write]
  if (named.length > 0) {
    const files = await readManifestFiles(io, { ...options, filename: named })
    if (!files.ok) return files
    return described(subjectInFiles(files.value, service))
  }
  const manifest = await api.manifest('services', service)
  if (!manifest.ok) return manifest
  return described(subjectInDocument(manifest.value.document, service))
}

interface Target {
  readonly path: string
  readonly file: { readonly name: string; readonly directory: string; readonly text: string }
}

/** Whether the file can be updated shows before the experiment, not after. */
async function readTarget(
  { io }: CommandContext,
  service: string,
  path: string,
): Promise<Result<Target, ProblemDocument>> {
  const files = await readManifestFiles(io, { filename: [path] })
  if (!files.ok) return files
  const [file, ...more] = files.value
  if (file === undefined || more.length > 0 || file.name !== path)
    return {
      ok: false,
      error: failure('usage', `--write takes one file, not ${path}.`, {
        hint: 'Name the file that the service stands in.',
      }),
    }
  const known = described(subjectInFiles([file], service))
  return known.ok ? { ok: true, value: { path: resolve(io.cwd, path), file } } : known
}

async function write(
  { note }: CommandContext,
  service: string,
  { path, file }: Target,
  found: readonly PartProfile[],
): Promise<Outcome> {
  const updated = described(updateManifest(file, service, found))
  if (!updated.ok) return updated
  const saved = described(await saveManifest(path, file.text, updated.value))
  if (!saved.ok) return saved
  note(
    `Written to ${file.name}. See what changed with your version control, then \`holdfast apply -f ${file.name}\`.`,
  )
  return done
}

function readRequests(texts: readonly string[]): Result<readonly WantedRequest[], ProblemDocument> {
  const requests: WantedRequest[] = []
  for (const text of texts) {
    const read = parseRequest(text)
    if (!read.ok) return { ok: false, error: failure('usage', read.error.message, { hint: read.error.hint }) }
    requests.push(read.value)
  }
  return { ok: true, value: requests }
}

function readTime(text: string): Result<DurationMs, ProblemDocument> {
  const read = parseDuration(text)
  if (!read.ok)
    return { ok: false, error: failure('usage', `--time: ${read.error.message}`, { hint: read.error.hint }) }
  if (read.value >= LEAST_TIME && read.value <= MOST_TIME) return read
  const [least, most] = [LEAST_TIME, MOST_TIME].map(formatDuration)
  return {
    ok: false,
    error: failure('usage', `--time must be from ${least} to ${most}, for each part.`, {
      hint: 'Two minutes, which holds if nothing is said, are enough for most parts.',
    }),
  }
}

/** What to do about it where the code's general hint does not fit here. */
const HINTS: Partial<Record<ProblemCode, string>> = {
  usage: 'See `holdfast profile --help`.',
  'not-found': 'Name the file that has it with -f.',
}

function described<T>(result: Result<T, Problem>): Result<T, ProblemDocument> {
  return result.ok ? result : { ok: false, error: documentOf(result.error) }
}

function documentOf(problem: Problem): ProblemDocument {
  const hint = HINTS[problem.code]
  return { ...problemDocument(problem), ...(hint === undefined ? {} : { hint }) }
}
