/** The reference of the command line, written from the tree: docs/reference/cli.md. */
import type { Argument, Command, Option } from 'commander'
import { examplesOf } from './examples.ts'
import { topics } from './help/topics.ts'
import type { Io } from './io.ts'
import { buildProgram } from './program.ts'
import { pathOf } from './run.ts'

export function cliReference(): string {
  const program = buildProgram(nowhere)
  const sections = program.commands.flatMap((command) => [command, ...command.commands]).map(commandSection)
  return [
    '# Command line',
    '',
    'Generated from the tree of commands in `packages/server/src/cli` by `npm run generate`; do not edit.',
    '',
    ...examplesBlock(program),
    '## Options of every command',
    '',
    ...optionRows(program.options),
    ...sections.flat(),
    ...topics.flatMap(({ name, summary, text }) => [
      `## Topic: ${name}`,
      '',
      `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
      '',
      '```text',
      text,
      '```',
      '',
    ]),
  ].join('\n')
}

function commandSection(command: Command): readonly string[] {
  const args = command.registeredArguments
  return [
    `## ${pathOf(command)}`,
    '',
    command.description().replaceAll('\n', ' '),
    '',
    '```text',
    `${pathOf(command)} ${command.usage()}`,
    '```',
    '',
    ...(args.length === 0 ? [] : ['| argument | what it is |', '|---|---|', ...args.map(argumentRow), '']),
    ...(command.options.length === 0 ? [] : optionRows(command.options)),
    ...examplesBlock(command),
  ]
}

function examplesBlock(command: Command): readonly string[] {
  const examples = examplesOf(command).map(({ run, does }) => `# ${does}\n${run}`)
  return examples.length === 0 ? [] : ['```sh', ...examples, '```', '']
}

function argumentRow(argument: Argument): string {
  const { description, argChoices } = argument
  return `| \`${argument.name()}\` | ${cell(description)}${choicesText(argChoices)} |`
}

function optionRows(options: readonly Option[]): readonly string[] {
  const rows = options.map(({ flags, description, argChoices, defaultValue }) => {
    const isPlain = typeof defaultValue === 'number' || typeof defaultValue === 'string'
    return `| \`${flags}\` | ${cell(description)}${choicesText(argChoices)}${isPlain ? ` (default ${defaultValue})` : ''} |`
  })
  return ['| option | what it does |', '|---|---|', ...rows, '']
}

function choicesText(choices: readonly string[] | undefined): string {
  return choices === undefined ? '' : `: ${choices.join(', ')}`
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`)
}

/** Building the tree touches nothing outside; only the actions do, and none is run. */
const nowhere: Io = {
  args: [],
  env: {},
  cwd: '/',
  home: '/',
  system: 'linux',
  nodeVersion: '0.0.0',
  version: '0.0.0',
  timeZone: 'UTC',
  stdout: { write: () => {}, isTTY: false, columns: 80 },
  stderr: { write: () => {}, isTTY: false, columns: 80 },
  files: {
    facts: () => null,
    readText: () => Promise.reject(new Error('no files')),
    writeText: () => Promise.reject(new Error('no files')),
    list: () => Promise.resolve([]),
  },
  fetch: () => Promise.reject(new Error('no network')),
  readStdin: () => Promise.resolve(''),
  stdinIsTTY: false,
  now: () => 0,
  sleep: () => Promise.resolve(),
  untilInterrupted: () => AbortSignal.abort(),
  exitWith: () => {},
}
