/**
 * Programs that a bench measures run as processes of their own, so that none works on another's account.
 * A child says on which port it listens and, when asked, how much processor time it has used so far.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Child extends Disposable {
  readonly port: number
  /** Processor time of the whole process since its start, in microseconds. */
  cpuMicros(): Promise<number>
}

interface ChildOptions {
  readonly script: URL
  readonly arguments: readonly string[]
  /** The core that it has to itself; null lets the system choose. */
  readonly core: number | null
}

type Said = { readonly port: number } | { readonly cpuMicros: number }

const TASKSET = '/usr/bin/taskset'

/** False where processes cannot be bound to cores; then they share all of them. */
export const bindsToCores: boolean = existsSync(TASKSET)

export async function startChild({ script, arguments: own, core }: ChildOptions): Promise<Child> {
  const node = [process.execPath, fileURLToPath(script), ...own]
  const [command = '', ...rest] =
    core === null || !bindsToCores ? node : [TASKSET, '-c', String(core), ...node]
  const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const nextWord = (): Promise<Said> =>
    new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`${script.pathname} ended with ${code}`))
      child.once('exit', ended)
      child.once('message', (word) => {
        child.off('exit', ended)
        resolve(word as Said)
      })
    })
  const started = await nextWord()
  return {
    port: 'port' in started ? started.port : 0,
    async cpuMicros() {
      const answer = nextWord()
      child.send('cpu')
      const word = await answer
      return 'cpuMicros' in word ? word.cpuMicros : 0
    },
    [Symbol.dispose]: () => {
      child.kill('SIGKILL')
    },
  }
}

/** To be called by the child once it serves. It ends when the bench does. */
export function announce(port: number): void {
  process.on('disconnect', () => process.exit())
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpuMicros: user + system })
  })
  process.send?.({ port })
}
