/** Reads what -f names: files, directories and stdin, as the server takes them. Nothing is parsed here. */
import { dirname, join, resolve } from 'node:path'
import type { Result } from '@holdfast/core/units'
import type { ApplyRequest } from '../http/api.ts'
import { failure, type ProblemDocument } from './failure.ts'
import type { FileOptions } from './file-options.ts'
import type { FileFacts, Io } from './io.ts'

type ManifestFile = ApplyRequest['files'][number]

/** The server takes no longer request; a file beyond is not even read. */
const MAX_TOTAL_BYTES = 1024 * 1024
/** Bounds a -R into a directory that was not meant, such as the root. */
const MAX_FILES = 1_000
const MAX_DEPTH = 16

const STDIN = '-'

export async function readManifestFiles(
  io: Io,
  { filename, recursive = false }: FileOptions,
): Promise<Result<readonly ManifestFile[], ProblemDocument>> {
  if (filename.length === 0) {
    return refused(
      'usage',
      'No file is named.',
      'Name one with -f, such as -f shop.yaml, a directory, or - for stdin.',
    )
  }
  const files: ManifestFile[] = []
  let bytesLeft = MAX_TOTAL_BYTES
  for (const path of new Set(filename)) {
    const found =
      path === STDIN ? await readStdin(io, bytesLeft) : await readPath(io, path, recursive, bytesLeft)
    if (!found.ok) return found
    files.push(...found.value)
    bytesLeft -= found.value.reduce((bytes, { text }) => bytes + Buffer.byteLength(text), 0)
  }
  return { ok: true, value: files }
}

async function readStdin(
  io: Io,
  maxBytes: number,
): Promise<Result<readonly ManifestFile[], ProblemDocument>> {
  if (io.stdinIsTTY) io.stderr.write('Reading from the terminal; end with Ctrl-D.\n')
  try {
    return { ok: true, value: [{ name: 'stdin', directory: io.cwd, text: await io.readStdin(maxBytes) }] }
  } catch (error) {
    return error instanceof RangeError ? tooLarge('stdin') : unreadable('stdin', error)
  }
}

async function readPath(
  io: Io,
  path: string,
  recursive: boolean,
  maxBytes: number,
): Promise<Result<readonly ManifestFile[], ProblemDocument>> {
  const facts = io.files.facts(resolve(io.cwd, path))
  if (facts === null) return refused('file-unreadable', `There is no file or directory ${path}.`)
  const found: Found[] = []
  if (facts.kind === 'directory') {
    const fault = await findManifests(io, path, recursive ? MAX_DEPTH : 1, found)
    if (fault !== null) return { ok: false, error: fault }
    if (found.length === 0) {
      const deeper = recursive ? '' : ' -R also takes the directories in it.'
      return refused(
        'file-unreadable',
        `The directory ${path} has no manifest.`,
        `Manifests end in .yaml, .yml or .json.${deeper}`,
      )
    }
  } else {
    found.push({ path, facts })
  }
  return readAll(io, found, maxBytes)
}

interface Found {
  readonly path: string
  readonly facts: FileFacts
}

/** Adds to `found`; returns what went wrong. */
async function findManifests(
  io: Io,
  path: string,
  depth: number,
  found: Found[],
): Promise<ProblemDocument | null> {
  let names: readonly string[]
  try {
    names = await io.files.list(resolve(io.cwd, path))
  } catch (error) {
    return unreadable(path, error).error
  }
  for (const name of names) {
    const inner = join(path, name)
    const facts = io.files.facts(resolve(io.cwd, inner))
    if (facts?.kind === 'file' && /\.(ya?ml|json)$/.test(name)) found.push({ path: inner, facts })
    if (found.length > MAX_FILES) {
      return failure('usage', `${path} has more than ${MAX_FILES} manifests.`, {
        hint: 'Name a smaller directory.',
      })
    }
    if (facts?.kind !== 'directory' || depth <= 1) continue
    const fault = await findManifests(io, inner, depth - 1, found)
    if (fault !== null) return fault
  }
  return null
}

async function readAll(
  io: Io,
  found: readonly Found[],
  maxBytes: number,
): Promise<Result<readonly ManifestFile[], ProblemDocument>> {
  let bytes = 0
  for (const { path, facts } of found) {
    bytes += facts.bytes
    if (bytes > maxBytes) return tooLarge(path)
  }
  const files: ManifestFile[] = []
  for (const { path } of found) {
    const absolute = resolve(io.cwd, path)
    try {
      files.push({ name: path, directory: dirname(absolute), text: await io.files.readText(absolute) })
    } catch (error) {
      return unreadable(path, error)
    }
  }
  return { ok: true, value: files }
}

type Refusal = { readonly ok: false; readonly error: ProblemDocument }

function refused(code: 'usage' | 'file-unreadable', detail: string, hint?: string): Refusal {
  return { ok: false, error: failure(code, detail, hint === undefined ? {} : { hint }) }
}

function tooLarge(path: string): Refusal {
  return { ok: false, error: failure('manifest-too-large', `With ${path} it is more than 1 MiB.`) }
}

function unreadable(path: string, error: unknown): Refusal {
  const why = error instanceof Error ? error.message : String(error)
  return refused('file-unreadable', `${path} cannot be read: ${why}`)
}
