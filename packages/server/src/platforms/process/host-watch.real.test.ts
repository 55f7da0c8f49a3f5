// What this machine really tells of its instances. Goal: a quota that holds an instance up is told of, in about
// the amount that it takes. Method: a real process that never rests, in a group that may use a fifth of a
// processor.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { HostFigures } from '@holdfast/core/health'
import { specOf } from '../platform-contract.ts'
import type { RunSpec } from '../platform.ts'
import { createWorkbench, isReady, PATIENCE, reached, type Workbench } from './fixtures/workbench.ts'
import { cgroupMountOf } from '../../host-text.ts'

const restless: RunSpec = {
  command: ['node', '-e', 'for (;;);'],
  directory: import.meta.dirname,
  environment: {},
  readiness: { kind: 'running' },
  drain: 100 as RunSpec['drain'],
}

/** Long enough for a dozen of the kernel's periods of a tenth of a second. */
const SPAN_MS = 1_200

type Group =
  | { readonly kind: 'made'; readonly folder: string }
  | { readonly kind: 'none'; readonly why: string }

/** A group with a fifth of a processor, where this user may make one. */
function makeGroup(): Group {
  const info = existsSync('/proc/self/mountinfo') ? readFileSync('/proc/self/mountinfo', 'utf8') : ''
  const mount = cgroupMountOf(info)
  if (mount === null) return { kind: 'none', why: 'there are no cgroups' }
  const folder = join(mount.point, `holdfast-test-${process.pid}`)
  try {
    mkdirSync(folder)
    if (mount.version === 1) writeFileSync(join(folder, 'cpu.cfs_quota_us'), '20000')
    else writeFileSync(join(folder, 'cpu.max'), '20000 100000')
    return { kind: 'made', folder }
  } catch (error) {
    if (existsSync(folder)) rmdirSync(folder)
    return { kind: 'none', why: `no cgroup can be made (${error instanceof Error ? error.message : ''})` }
  }
}

const probe = makeGroup()
if (probe.kind === 'made') rmdirSync(probe.folder)

let bench: Workbench

beforeEach(async () => {
  bench = await createWorkbench()
})

afterEach(async () => {
  await bench[Symbol.asyncDispose]()
})

const isLinux = process.platform === 'linux'

describe(`the figures of this machine${isLinux ? '' : ' (skipped: only Linux tells them)'}`, () => {
  it.skipIf(!isLinux)('are of each instance that runs, by the machine’s name', async () => {
    const platform = await bench.open()
    expect(await platform.hostFigures()).toEqual(new Map())
    const spec = specOf('shop-data-1-1', restless)
    await platform.start(spec)
    await reached(platform, spec.id, isReady)
    expect(await platform.hostFigures()).toEqual(
      new Map([[spec.id, { host: hostname(), throttledShare: null, stealShare: null }]]),
    )
    const shares = await vi.waitFor(async () => {
      const figures = (await platform.hostFigures()).get(spec.id)
      if (typeof figures?.stealShare !== 'number') throw new Error('it has just been asked')
      return figures
    }, PATIENCE)
    expect(shares.stealShare).toBeGreaterThanOrEqual(0)
    expect(shares.stealShare).toBeLessThanOrEqual(1)
    await platform.stop(spec.id)
    expect(await platform.hostFigures()).toEqual(new Map())
  })

  const why = probe.kind === 'none' ? ` (skipped: ${probe.why})` : ''
  it.skipIf(probe.kind === 'none')(`tell how long a quota held an instance up${why}`, async () => {
    const group = makeGroup()
    if (group.kind === 'none') throw new Error(group.why)
    const platform = await bench.open()
    const [held, free] = [specOf('shop-data-1-1', restless), specOf('shop-data-1-2', restless)]
    for (const spec of [held, free]) {
      await platform.start(spec)
      await reached(platform, spec.id, isReady)
    }
    writeFileSync(join(group.folder, 'cgroup.procs'), String(await bench.pidOf(held.id)))
    await platform.hostFigures()
    const began = Date.now()
    await vi.waitFor(() => expect(Date.now() - began).toBeGreaterThan(SPAN_MS), PATIENCE)
    const figures = await platform.hostFigures()
    const share = (figures.get(held.id) as HostFigures).throttledShare
    // Four fifths, unless others leave it even less than its quota.
    expect(share).toBeGreaterThan(0.4)
    expect(share).toBeLessThan(0.95)
    expect(figures.get(free.id)?.throttledShare ?? 0).toBeLessThan(0.2)
    await Promise.all([held, free].map(({ id }) => platform.stop(id)))
    await vi.waitFor(() => rmdirSync(group.folder), PATIENCE)
  })
})
