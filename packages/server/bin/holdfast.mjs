#!/usr/bin/env node
// Plain JavaScript that any Node can read, so that an old one is told so in one line instead of failing
// on a word it does not know. From a checkout the TypeScript runs as it is; the package carries dist/.
import { existsSync } from 'node:fs'

const [major, minor] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `holdfast needs Node 22.18 or newer; this is ${process.version}. See https://nodejs.org.\n`,
  )
  process.exitCode = 2
} else {
  const source = new URL('../src/main.ts', import.meta.url)
  await import(existsSync(source) ? source.href : new URL('../dist/main.js', import.meta.url).href)
}
