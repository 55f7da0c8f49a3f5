/**
 * Everything outside the program that a command may touch, as one value: tests run commands in-process
 * with a fake of it, and nothing else in cli/ reads `process`, the clock, files or the network.
 */

/**
 * 0 done, 1 failure (and, for diff, differences), 2 bad use or invalid input. Those of `check` are those of monitoring
 * plug-ins, and it alone says 3.
 */
export type ExitCode = 0 | 1 | 2 | 3

export interface Output {
  /** Quietly does nothing once the reader has gone away, as after `| head`. */
  write(text: string): void
  readonly isTTY: boolean
  readonly columns: number
}

export interface FileFacts {
  readonly kind: 'file' | 'directory' | 'other'
  readonly bytes: number
  /** The permission bits, such as 0o600. */
  readonly mode: number
}

interface Files {
  /** Null when there is nothing at the path, or nothing that may be looked at. */
  facts(path: string): FileFacts | null
  /** Rejects with the operating system's error. */
  readText(path: string): Promise<string>
  /** Writes a file whole, in the place of one that is there. Rejects with the operating system's error. */
  writeText(path: string, text: string): Promise<void>
  /** Names in a directory, sorted. */
  list(path: string): Promise<readonly string[]>
}

export interface Io {
  /** Without the interpreter and the program's own name. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly home: string
  /** As process.platform says it: "linux", "darwin", "win32" … */
  readonly system: string
  readonly nodeVersion: string
  readonly version: string
  /** The zone that times are shown and read in, such as "Europe/Vienna". */
  readonly timeZone: string
  readonly stdout: Output
  readonly stderr: Output
  readonly files: Files
  readonly fetch: typeof fetch
  /** Rejects when there is more than `maxBytes`. */
  readStdin(maxBytes: number): Promise<string>
  readonly stdinIsTTY: boolean
  now(): number
  /** Resolves after the time, or at once when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /**
   * Aborted by the first Ctrl-C or SIGTERM (a second signal of either kind ends the process) and when the
   * reader of stdout has gone away. Until this is called, Ctrl-C ends the process as usual.
   */
  untilInterrupted(): AbortSignal
  /** Sets the code that the process ends with once nothing is left to do; it does not end it. */
  exitWith(code: ExitCode): void
}
