/** Source: who tells of a service, how it is asked, and how often (H1.4–H1.14). */
import { milliseconds, seconds, type PartName, type ServiceName, type SourceName } from '@holdfast/core/units'
import { z } from 'zod'
import type { HttpExpectation, SourceReads, Target } from '../../sources/source.ts'
import { benchmarkReads } from './source-benchmark.ts'
import { logReads } from './source-log.ts'
import { absolutePath, commandKeys, commandOf } from './source-command.ts'
import { exactlyOne, mapping, name, positiveDuration } from './schema-parts.ts'

/** Often enough for a minute's figures, seldom enough to be no load. */
const DEFAULT_EVERY = seconds(15)
/** What is only read from this machine costs little, and a log is wanted soon. */
const DEFAULT_EVERY_HERE = seconds(5)
const DEFAULT_TIMEOUT = seconds(5)
/** Oftener than this nobody is asked: the loop looks every two seconds. */
const LEAST_EVERY = milliseconds(1_000)

const url = z
  .string()
  .regex(/^https?:\/\/[^\s/?#]+\S*$/)
  .describe('An address that begins with http:// or https://.')

const path = z
  .string()
  .regex(/^\/\S*$/)
  .describe('A path of every instance of the part, such as /metrics.')

const targetOf = (given: { readonly url?: string; readonly path?: string }): Target =>
  given.url === undefined ? { at: 'instances', path: given.path ?? '/' } : { at: 'url', url: given.url }

const prometheus = mapping({
  url: url.exactOptional(),
  path: path.exactOptional(),
  tokenFile: absolutePath.exactOptional().describe('A file with a bearer token.'),
})
  .superRefine(exactlyOne(['url', 'path']))
  .transform(({ tokenFile = null, ...given }): SourceReads => ({
    kind: 'prometheus',
    scrape: { target: targetOf(given), tokenFile },
  }))
  .describe('What Prometheus would scrape.')

const status = z
  .string()
  .regex(/^[1-5](xx|\d\d)$/)
  .describe('A code such as "200", or a class such as 2xx.')

/** An expression that is read when it is written, so that a fault is told with its place. */
export const expression = (description: string): z.ZodType<string> =>
  z
    .string()
    .min(1)
    .max(1_000)
    .superRefine((text, context) => {
      try {
        void new RegExp(text, 'u')
      } catch (error) {
        const message = error instanceof Error ? error.message : 'It cannot be read.'
        context.addIssue({
          code: 'custom',
          message: `${message}.`,
          params: { hint: 'Write a regular expression of JavaScript.' },
        })
      }
    })
    .describe(description)

const httpProbe = mapping({
  url: url.exactOptional(),
  path: path.exactOptional(),
  method: z.enum(['GET', 'HEAD', 'POST']).exactOptional(),
  headers: z.record(z.string(), z.string()).exactOptional(),
  body: z.string().exactOptional(),
  expect: mapping({
    status: z.array(z.union([status, z.int().transform(String)])).exactOptional(),
    body: expression('What the answer must contain.').exactOptional(),
  })
    .transform(({ status: codes = ['2xx'], body = null }): HttpExpectation => ({ status: codes, body }))
    .exactOptional(),
})
  .superRefine(exactlyOne(['url', 'path']))
  .transform(({ method = 'GET', headers = {}, body = null, expect, ...given }): SourceReads => ({
    kind: 'probe',
    probe: {
      kind: 'http',
      target: targetOf(given),
      method,
      headers,
      body,
      expect: expect ?? { status: ['2xx'], body: null },
    },
  }))

const tcpProbe = mapping({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535),
  send: z.string().exactOptional(),
  expect: z.string().exactOptional().describe('What its first bytes must contain.'),
}).transform(({ host, port, send = null, expect = null }): SourceReads => ({
  kind: 'probe',
  probe: { kind: 'tcp', host, port, send, expect },
}))

const dnsProbe = mapping({
  name: z.string().min(1).max(253),
  type: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'SRV']).exactOptional(),
  server: z.string().exactOptional().describe('host or host:port; the machine’s own, if left out.'),
  expect: z.string().exactOptional().describe('One of the answers must be so.'),
}).transform(({ name: asked, type = 'A', server = null, expect = null }): SourceReads => ({
  kind: 'probe',
  probe: { kind: 'dns', name: asked, type, server, expect },
}))

const commandProbe = mapping(commandKeys).transform((given): SourceReads => ({
  kind: 'probe',
  probe: { kind: 'command', run: commandOf(given) },
}))

const probe = mapping({
  http: httpProbe.exactOptional(),
  tcp: tcpProbe.exactOptional(),
  dns: dnsProbe.exactOptional(),
  run: commandProbe.exactOptional().describe('Up where it ends with 0.'),
})
  .superRefine(exactlyOne(['http', 'tcp', 'dns', 'run']))
  .transform((given): SourceReads | undefined => given.http ?? given.tcp ?? given.dns ?? given.run)
  .describe('Asks the service now and then whether it is there.')

const plugin = mapping({
  ...commandKeys,
  output: z
    .enum(['nagios', 'prometheus', 'json'])
    .exactOptional()
    .describe('What the command writes; nagios if left out.'),
})
  .transform(({ output = 'nagios', ...given }): SourceReads => ({
    kind: 'plugin',
    plugin: { run: commandOf(given), output },
  }))
  .describe('A command that tells of the service: plug-ins of Nagios work as they are.')

const host = mapping({
  cgroup: z
    .string()
    .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))\S+$/)
    .exactOptional()
    .describe('Below /sys/fs/cgroup; without it the whole host is meant.'),
  instances: z.boolean().exactOptional().describe('Whether each instance is told of as well.'),
})
  .transform(({ cgroup = null, instances = true }): SourceReads => ({
    kind: 'host',
    host: { cgroup, instances },
  }))
  .describe('Processors, memory, disks, network and pressure of this machine.')

const READS = ['prometheus', 'probe', 'plugin', 'log', 'host', 'benchmark'] as const

export const sourceSchema = mapping({
  apiVersion: z.literal('holdfast/v1'),
  kind: z.literal('Source'),
  metadata: mapping({ name: name<SourceName>() }),
  spec: mapping({
    service: name<ServiceName>(),
    part: name<PartName>().exactOptional().describe('What it tells of; the whole service, if left out.'),
    every: positiveDuration
      .exactOptional()
      .describe('How often it is asked; every 15s, what is read from this machine every 5s, if left out.'),
    timeout: positiveDuration
      .exactOptional()
      .describe('For how long an answer is waited for; 5s if left out.'),
    prometheus: prometheus.exactOptional(),
    probe: probe.exactOptional(),
    plugin: plugin.exactOptional(),
    log: logReads.exactOptional(),
    host: host.exactOptional(),
    benchmark: benchmarkReads.exactOptional(),
  })
    .superRefine(exactlyOne(READS))
    .superRefine(({ every }, context) => {
      if (every === undefined || every >= LEAST_EVERY) return
      const params = { hint: 'Write 1s or more.' }
      context.addIssue({ code: 'custom', message: 'That is too often.', params, path: ['every'] })
    })
    .transform(({ service, part, every, timeout, ...reads }, context) => {
      const read = READS.map((kind) => reads[kind]).find((one) => one !== undefined)
      if (read === undefined) return z.NEVER
      if (part === undefined && read.kind === 'benchmark') {
        const params = { hint: 'Write the part that is to be tried.' }
        context.addIssue({ code: 'custom', message: 'A benchmark is of one part.', params })
      }
      if (part === undefined && isOfInstances(read)) {
        const params = { hint: 'Write the part whose instances are meant, or a url.' }
        context.addIssue({ code: 'custom', message: 'A path is one of instances of a part.', params })
      }
      const here = read.kind === 'log' || read.kind === 'host'
      return {
        service,
        part: part ?? null,
        every: every ?? (here ? DEFAULT_EVERY_HERE : DEFAULT_EVERY),
        timeout: timeout ?? DEFAULT_TIMEOUT,
        reads: read,
      }
    }),
}).meta({ id: 'Source', description: 'Who tells of a service, how it is asked, and how often.' })

function isOfInstances(reads: SourceReads): boolean {
  if (reads.kind === 'prometheus') return reads.scrape.target.at === 'instances'
  return reads.kind === 'probe' && reads.probe.kind === 'http' && reads.probe.target.at === 'instances'
}
