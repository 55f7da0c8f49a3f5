/**
 * Makes what is published: JavaScript with types in dist/npm, one folder a package, each with a package.json
 * that names the emitted files where the one in packages/ names the sources.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const packages = ['core', 'simulator', 'client', 'server'] as const

/** Besides the emitted code. */
const alongside: Readonly<Partial<Record<(typeof packages)[number], readonly string[]>>> = {
  server: ['bin', 'schema', 'openapi.json'],
}

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { cwd: root, stdio: 'inherit' })
}

rmSync(join(root, 'dist'), { recursive: true, force: true })
run('npm', 'run', '--silent', 'build', '-w', '@holdfast/dashboard')
run('tsc', '-p', 'tsconfig.build.json')

for (const name of packages) {
  const from = join(root, 'packages', name)
  const to = join(root, 'dist', 'npm', name)
  mkdirSync(to, { recursive: true })
  cpSync(join(root, 'dist', 'emitted', name, 'src'), join(to, 'dist'), { recursive: true })
  for (const path of alongside[name] ?? []) cpSync(join(from, path), join(to, path), { recursive: true })
  for (const path of ['LICENSE', 'README.md'])
    if (existsSync(join(root, path))) cpSync(join(root, path), join(to, path))
  const manifest = readFileSync(join(from, 'package.json'), 'utf8').replaceAll(
    /"\.\/src\/([^"]+)\.ts"/g,
    '{ "types": "./dist/$1.d.ts", "default": "./dist/$1.js" }',
  )
  const { devDependencies: _, ...published } = JSON.parse(manifest) as Record<string, unknown>
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
}
cpSync(join(root, 'packages/dashboard/dist'), join(root, 'dist/npm/server/dashboard'), { recursive: true })
run('node', 'dist/npm/server/bin/holdfast.mjs', '--version')
