/** A command that a source runs, and files that it reads. */
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import type { CommandReads } from '../../sources/source.ts'

/** Written relative to the file of the manifest; made absolute when that is read. */
export const absolutePath: z.ZodType<string> = z.string().refine((path) => isAbsolute(path), {
  params: { hint: 'Write an absolute path, such as /var/log/shop/access.log.' },
  error: 'The path is relative, and where the file lies is not known.',
})

type CommandKeys = {
  readonly command: z.ZodType<string[]>
  readonly directory: z.ZodExactOptional<z.ZodType<string>>
  readonly environment: z.ZodExactOptional<z.ZodType<Record<string, string>>>
}

export const commandKeys: CommandKeys = {
  command: z.array(z.string()).min(1).describe('The program and its arguments; no shell is between.'),
  directory: absolutePath.describe('Where it runs, relative to the file; / if left out.').exactOptional(),
  environment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).exactOptional(),
}

export const commandOf = ({
  command,
  directory = '/',
  environment = {},
}: {
  readonly command: readonly string[]
  readonly directory?: string
  readonly environment?: Readonly<Record<string, string>>
}): CommandReads => ({ command, directory, environment })
