/**
 * The files of the built dashboard. They are listed once at start-up, and a request is answered only from
 * that list: no path that a request names ever reaches the file system, so none can leave the directory.
 */
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { FastifyReply } from 'fastify'

interface StaticFile {
  readonly path: string
  readonly size: number
  readonly mediaType: string
  /** Files whose name carries a hash of their content never change. */
  readonly hashed: boolean
}

/** By URL path, such as `/assets/index-B3x9_kQ2.js`. */
export type StaticFiles = ReadonlyMap<string, StaticFile>

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

const hashedName = /[.-][\w-]{8,}\.\w+$/
const ONE_YEAR_S = 31_536_000

const dashboardPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

export async function listStaticFiles(directory: string): Promise<StaticFiles> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return new Map(
    await Promise.all(
      files.map(async ({ parentPath, name }): Promise<[string, StaticFile]> => {
        const path = join(parentPath, name)
        const url = `/${relative(directory, path).split(sep).join('/')}`
        const hashed = url.startsWith('/assets/') && hashedName.test(name)
        const mediaType = mediaTypes[extname(name)] ?? 'application/octet-stream'
        return [url, { path, size: (await stat(path)).size, mediaType, hashed }]
      }),
    ),
  )
}

export function sendStaticFile(
  reply: FastifyReply,
  { path, size, mediaType, hashed }: StaticFile,
): FastifyReply {
  return reply
    .header('content-security-policy', dashboardPolicy)
    .header('cache-control', hashed ? `public, max-age=${ONE_YEAR_S}, immutable` : 'no-cache')
    .header('content-length', size)
    .type(mediaType)
    .send(createReadStream(path))
}
