/** How the lines of a log are read. */
import { z } from 'zod'
import type { LogFields, LogFormat, SourceReads } from '../../sources/source.ts'
import { absolutePath } from './source-command.ts'
import { exactlyOne, mapping, text } from './schema-parts.ts'

const durationUnit = z
  .enum(['s', 'ms', 'us', 'ns'])
  .describe('In which durations are written; s if left out.')

const key = (description: string, example: string): z.ZodExactOptional<z.ZodString> =>
  text(`${description} Such as ${example}.`).exactOptional()

const fields = mapping({
  time: key('The key of the time of day.', 'time'),
  method: key('The key of the method.', 'method'),
  path: key('The key of the path.', 'uri'),
  status: key('The key of the status code.', 'status'),
  duration: key('The key of how long it took.', 'request_time'),
  durationUnit: durationUnit.exactOptional(),
  class: key('The key of the client’s class.', 'class'),
  client: key('The key of the client.', 'user'),
}).transform((given): LogFields => ({
  time: given.time ?? null,
  method: given.method ?? null,
  path: given.path ?? null,
  status: given.status ?? null,
  duration: given.duration ?? null,
  durationUnit: given.durationUnit ?? 's',
  class: given.class ?? null,
  client: given.client ?? null,
}))

/** What a pattern may name its groups. */
const GROUPS: readonly string[] = ['time', 'method', 'path', 'status', 'duration', 'class', 'client']

const pattern = z
  .string()
  .min(1)
  .max(1_000)
  .superRefine((written, context) => {
    const refuse = (message: string, hint: string): void =>
      context.addIssue({ code: 'custom', message, params: { hint } })
    try {
      void new RegExp(written, 'u')
    } catch (error) {
      refuse(
        error instanceof Error ? `${error.message}.` : 'It cannot be read.',
        'Write a regular expression of JavaScript.',
      )
      return
    }
    const groups = [...written.matchAll(/\(\?<(\w+)>/g)].map(([, group = '']) => group)
    const other = groups.find((group) => !GROUPS.includes(group))
    if (other !== undefined) refuse(`No field is called "${other}".`, `There is ${GROUPS.join(', ')}.`)
    else if (groups.length === 0)
      refuse('The expression names no field.', 'Name groups, such as (?<status>\\d+).')
  })
  .describe('A regular expression with a named group for each field.')

export const logReads = mapping({
  file: absolutePath.describe('The log, relative to the file of the manifest.'),
  format: z
    .literal('combined')
    .exactOptional()
    .describe('As nginx and Apache write it; how long it took may stand at the end.'),
  json: fields.exactOptional().describe('Each line is an object of JSON; which key holds what.'),
  logfmt: fields.exactOptional().describe('Each line is key=value; which key holds what.'),
  pattern: pattern.exactOptional(),
  durationUnit: durationUnit.exactOptional().describe('For a pattern; s if left out.'),
})
  .superRefine(exactlyOne(['format', 'json', 'logfmt', 'pattern']))
  .transform(({ file, json, logfmt, pattern: written, durationUnit: unit = 's' }): SourceReads => ({
    kind: 'log',
    log: { file, format: formatOf({ json, logfmt, written, unit }) },
  }))
  .describe('A log that is followed, also where it is rotated.')

interface Written {
  readonly json: LogFields | undefined
  readonly logfmt: LogFields | undefined
  readonly written: string | undefined
  readonly unit: z.output<typeof durationUnit>
}

function formatOf({ json, logfmt, written, unit }: Written): LogFormat {
  if (json !== undefined) return { kind: 'json', fields: json }
  if (logfmt !== undefined) return { kind: 'logfmt', fields: logfmt }
  return written === undefined
    ? { kind: 'combined' }
    : { kind: 'pattern', pattern: written, durationUnit: unit }
}
