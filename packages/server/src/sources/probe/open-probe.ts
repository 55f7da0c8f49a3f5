/**
 * Asks a service now and then whether it is there (H1.8). Down is a figure and no fault of the source: a round tells it
 * and resolves. How long it took is told of what is up alone, since a refusal takes no time and says nothing.
 */
import type { About } from '@holdfast/core/health'
import type { EpochMs } from '@holdfast/core/units'
import type { OpenedSource, ProbeReads, SourceGiven, Target } from '../source.ts'
import { eachOf } from '../each-of.ts'
import { tellingOf } from '../telling.ts'
import { probeByCommand } from './command-probe.ts'
import { probeDns } from './dns-probe.ts'
import type { Finding, Probing } from './finding.ts'
import { checkHeaders, probeHttp, type HttpAsk } from './http-probe.ts'
import { probeTcp } from './tcp-probe.ts'

/** Instances that are asked at the same time. */
const AT_ONCE = 64

/** Left of the time for a round, so that it is told in time who did not answer: that is no fault of the source. */
const TELLING_SHARE = 0.1
const MAX_TELLING_MS = 100

interface Probed {
  readonly about: About
  readonly ask: Probing
}

export function openProbe(reads: ProbeReads, given: SourceGiven): OpenedSource {
  return {
    async round(at, signal) {
      const probed = await probedBy(reads, given, at)
      const timeIsUp = AbortSignal.timeout(timeToAsk(given.declared.timeout))
      const ended = AbortSignal.any([signal, timeIsUp])
      // What was called off before its time learned nothing of who did not answer.
      const wasCalledOff = (): boolean => ended.aborted && ended.reason !== timeIsUp.reason
      await eachOf(probed, AT_ONCE, async ({ about, ask }) => {
        // Who was not asked is not down.
        if (ended.aborted) return
        const finding = await ask(ended)
        if (finding.up || !wasCalledOff()) tell(finding, about, { given, at })
      })
    },
    async [Symbol.asyncDispose]() {},
  }
}

const timeToAsk = (timeout: number): number =>
  Math.ceil(timeout - Math.min(MAX_TELLING_MS, timeout * TELLING_SHARE))

function tell(
  { up, tookMs, certificateDays }: Finding,
  about: About,
  { given, at }: { readonly given: SourceGiven; readonly at: EpochMs },
): void {
  const telling = tellingOf({ sink: given.sink, about, at })
  telling.gauge('probe.up', up ? 1 : 0, '1')
  if (up) telling.observe('probe.duration', tookMs, 'ms')
  if (certificateDays !== null) telling.gauge('probe.certificate.days', certificateDays, 'd')
}

async function probedBy(reads: ProbeReads, given: SourceGiven, at: EpochMs): Promise<readonly Probed[]> {
  const about: About = { part: given.declared.part, instance: null }
  switch (reads.kind) {
    case 'http':
      return httpTargets(reads.target, reads, { given, at })
    case 'tcp':
      return [{ about, ask: (signal) => probeTcp(reads, signal) }]
    case 'dns':
      return [{ about, ask: (signal) => probeDns(reads, signal) }]
    case 'command':
      return [{ about, ask: (signal) => probeByCommand(reads.run, signal) }]
  }
}

async function httpTargets(
  target: Target,
  ask: HttpAsk,
  { given, at }: { readonly given: SourceGiven; readonly at: EpochMs },
): Promise<readonly Probed[]> {
  const probing =
    (url: string): Probing =>
    (signal) =>
      probeHttp(url, ask, signal, at)
  const meant = given.declared.part
  checkHeaders(ask.headers)
  if (target.at === 'url') return [{ about: { part: meant, instance: null }, ask: probing(target.url) }]
  return (await given.instances()).flatMap(({ id, part, address }): readonly Probed[] => {
    if (address === null || (meant !== null && part !== meant)) return []
    const host = address.host.includes(':') ? `[${address.host}]` : address.host
    return [{ about: { part, instance: id }, ask: probing(`http://${host}:${address.port}${target.path}`) }]
  })
}
