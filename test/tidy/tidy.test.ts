/**
 * House rules that no other tool checks. Goal: what a reviewer would otherwise have to say again and again
 * is said here once, with the file and the line. Method: read every file that git knows.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '')

const sources = tracked.filter((path) => /\.(ts|tsx|mjs)$/.test(path))
const production = sources.filter((path) => !/(\.test\.ts|contract\.ts|\/test\/)/.test(path))
const pages = tracked.filter((path) => path.endsWith('.md') && !path.startsWith('docs/reference/'))

const read = (path: string): string => readFileSync(path, 'utf8')

/** Every place where the pattern is found, as file:line: text. */
function places(paths: readonly string[], pattern: RegExp): readonly string[] {
  return paths.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim().slice(0, 100)}`] : [])),
  )
}

describe('the code', () => {
  it('has no folder or file whose name says nothing', () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc|shared|manager)(\/|\.[a-z]+$)/
    expect(tracked.filter((path) => vague.test(path))).toEqual([])
  })

  it('names files in kebab-case', () => {
    expect(sources.filter((path) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(basename(path)))).toEqual([])
  })

  it('has no file that holds more than one idea can fill', () => {
    const long = production.map((path) => ({ path, lines: read(path).split('\n').length }))
    expect(long.filter(({ lines }) => lines > 400)).toEqual([])
  })

  it('opens each module of core and server with what it is for', () => {
    const silent = production.filter(
      (path) => /^packages\/(core|server)\/src\//.test(path) && !/^(\/\*\*|import|export)/.test(read(path)),
    )
    expect(silent).toEqual([])
  })

  it('leaves no work for later in comments', () => {
    expect(
      places(
        sources.filter((path) => !path.includes('tidy')),
        /\b(TODO|FIXME|XXX|HACK)\b/,
      ),
    ).toEqual([])
  })

  it('has no test that is switched off or stands alone', () => {
    const tests = sources.filter((path) => path.endsWith('.test.ts') && !path.includes('tidy'))
    expect(places(tests, /\b(it|test|describe)\.(only|todo)\(/)).toEqual([])
  })

  it('uses neither enums nor namespaces, which Node cannot strip', () => {
    expect(places(sources, /^\s*(export\s+)?(const\s+)?(enum|namespace)\s+\w/)).toEqual([])
  })
})

describe('the documents', () => {
  it('have exactly one first heading each', () => {
    const headings = pages.map((path) => ({
      path,
      count: withoutCode(read(path)).match(/^# /gm)?.length ?? 0,
    }))
    expect(headings.filter(({ count }) => count !== 1)).toEqual([])
  })

  it('link only to files that there are', () => {
    const broken = pages.flatMap((path) =>
      [...withoutCode(read(path)).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
        .map(([, target = '']) => new URL(target, `file:///${path}`).pathname.slice(1))
        .filter(
          (target) =>
            !tracked.some((known) => known === target || known.startsWith(`${target.replace(/\/$/, '')}/`)),
        )
        .map((target) => `${path}: ${target}`),
    )
    expect(broken).toEqual([])
  })
})

const withoutCode = (text: string): string => text.replaceAll(/```[\s\S]*?```/g, '')
