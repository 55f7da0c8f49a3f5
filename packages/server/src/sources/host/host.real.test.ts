// Goal: this machine's own figures are found, and what a process and its child really use is what is told of them.
// Method: /proc as it is, and a shell whose child is busy for a while that the kernel itself measures.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { epochMs } from '@holdfast/core/units'
import { describe, expect, it, vi } from 'vitest'
import { named, sourceBench } from '../testing/source-bench.ts'
import { openHost } from './open-host.ts'

const noProc = existsSync('/proc/stat') ? '' : ' (skipped: there is no /proc/stat)'
const noPressure = existsSync('/proc/pressure/cpu') ? '' : ' (skipped: there is no /proc/pressure)'

const now = () => epochMs(Date.now())

describe(`this machine${noProc}`, () => {
  it.skipIf(noProc !== '')(
    'says how many processors and how much memory it has, and is busy for some time',
    async () => {
      const reads = { cgroup: null, instances: false }
      const bench = sourceBench({ kind: 'host', host: reads })
      await using source = openHost(reads, bench.given)
      await bench.round(source, now())
      let figures: Record<string, number> = {}
      await vi.waitFor(
        async () => {
          await bench.round(source, now())
          figures = { ...figures, ...bench.lasts(now()) }
          expect(figures['system.cpu.utilization']).toBeGreaterThan(0)
        },
        { timeout: 10_000, interval: 50 },
      )
      expect(figures['system.cpu.logical.count']).toBe(cpus().length)
      expect(figures['system.cpu.utilization']).toBeLessThanOrEqual(1)
      const used = figures['system.memory.usage'] ?? 0
      expect(used / (figures['system.memory.utilization'] ?? 0)).toBeCloseTo(totalmem(), -6)
      expect(bench.table.faults()).toEqual({})
    },
  )

  it.skipIf(noPressure !== '')(`says how long work was held up${noPressure}`, async () => {
    const reads = { cgroup: null, instances: false }
    const bench = sourceBench({ kind: 'host', host: reads })
    await using source = openHost(reads, bench.given)
    await bench.round(source, now())
    const known = bench.table
      .list()
      .map(({ series }) => `${series.name} ${Object.values(series.labels).join(' ')}`)
    expect(known).toContain('holdfast.pressure.stalled full io')
  })

  it.skipIf(noProc !== '')(
    'says what an instance used, its child included, also once that has ended',
    async () => {
      const script =
        'sh -c "while read -r _; do i=0; while [ \\$i -lt 300000 ]; do i=\\$((i+1)); done; break; done"; read -r _'
      const shell = spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] })
      try {
        await once(shell, 'spawn')
        const pid = shell.pid ?? 0
        const reads = { cgroup: null, instances: true }
        const bench = sourceBench({ kind: 'host', host: reads })
        bench.instances = [{ id: named('shop-web-1'), part: named('web'), address: null, pid }]
        await using source = openHost(reads, bench.given)
        let used = 0
        let memory = 0
        const round = async (): Promise<void> => {
          const at = now()
          await bench.round(source, at)
          for (const { series, sum, last } of bench.drained(at)) {
            if (series.name === 'process.cpu.time') used += sum
            if (series.name === 'process.memory.usage') memory = last
          }
        }
        await round()
        shell.stdin.write('go\n')
        // Once the child was waited for, its time is its parent's.
        const ofChildren = (): number => {
          const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? []
          return (Number(fields[13]) + Number(fields[14])) / 100
        }
        await vi.waitFor(
          async () => {
            await round()
            expect(ofChildren()).toBeGreaterThan(0)
          },
          { timeout: 30_000, interval: 20 },
        )
        await round()
        expect(Math.abs(used - ofChildren())).toBeLessThanOrEqual(0.05)
        expect(memory).toBeGreaterThan(100_000)
      } finally {
        shell.kill('SIGKILL')
      }
    },
  )
})
