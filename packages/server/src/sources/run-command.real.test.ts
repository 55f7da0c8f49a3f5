// Goal: a command runs once, sees nothing of the server's, and leaves nothing behind, whatever it does. Method: shells
// of this machine that print, flood, hang and leave children.
import { describe, expect, it, vi } from 'vitest'
import { runCommand, type CommandRun } from './run-command.ts'
import { SourceError } from './source.ts'

const shell = (script: string, ms = 5_000, environment: Record<string, string> = {}): Promise<CommandRun> =>
  runCommand({ command: ['sh', '-c', script], directory: '/tmp', environment }, AbortSignal.timeout(ms))

const faultOf = async (run: Promise<unknown>): Promise<string> => {
  const fault: unknown = await run.then(
    () => null,
    (fault: unknown) => fault,
  )
  return fault instanceof SourceError ? `${fault.kind}: ${fault.message}` : String(fault)
}

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a command', () => {
  it('tells its code, its output and what it complained of', async () => {
    const { code, output, complaint, tookMs } = await shell('pwd; echo no good >&2; exit 2')
    expect({ code, output: output.toString(), complaint }).toEqual({
      code: 2,
      output: '/tmp\n',
      complaint: 'no good',
    })
    expect(tookMs).toBeGreaterThan(0)
  })

  it('gets of the environment what is declared, PATH and LANG', async () => {
    process.env['HOLDFAST_TEST_SECRET'] = 'secret'
    const { output } = await shell('env', 5_000, { REGION: 'eu' })
    delete process.env['HOLDFAST_TEST_SECRET']
    const names = output
      .toString()
      .split('\n')
      .map((line) => line.split('=')[0])
    const ofTheShell = new Set(['', 'PWD', 'SHLVL', '_', 'OLDPWD', 'LANG'])
    const others = names.filter((name) => !ofTheShell.has(name ?? ''))
    expect(new Set(others)).toEqual(new Set(['PATH', 'REGION']))
  })

  it('is run as it is written, with no shell between', async () => {
    const run = { command: ['echo', '$HOME; exit 1', '*'], directory: '/', environment: {} }
    expect((await runCommand(run, AbortSignal.timeout(5_000))).output.toString()).toBe('$HOME; exit 1 *\n')
  })

  it('is ended with all that it started when its time is up, also where it ignores that it is asked', async () => {
    const began = performance.now()
    const script = 'trap "" TERM; sleep 61 & echo $! >&2; trap "" TERM; while :; do sleep 62; done'
    expect(await faultOf(shell(script, 200))).toContain('timed-out: sh did not end in time')
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  it('leaves no child behind that it did not wait for', async () => {
    const { output } = await shell('sleep 63 & echo $!')
    await vi.waitFor(() => expect(lives(Number(output.toString()))).toBe(false), 5_000)
  })

  it('is not waited for where what left its group holds its output', async () => {
    const began = performance.now()
    const { code, output } = await shell('setsid sleep 3 & echo done')
    expect({ code, output: output.toString() }).toEqual({ code: 0, output: 'done\n' })
    expect(performance.now() - began).toBeLessThan(2_500)
  })

  it('is ended where it writes more than 64 kB', async () => {
    expect(await faultOf(shell('yes'))).toContain('too-large: sh wrote more than 65536 bytes')
  })

  it('says what is missing where it cannot be started', async () => {
    const run = (command: string[], directory = '/'): Promise<string> =>
      faultOf(runCommand({ command, directory, environment: {} }, AbortSignal.timeout(1_000)))
    expect(await run(['/no/such/program'])).toContain('failed: /no/such/program could not be started in /')
    expect(await run(['true'], '/no/such/directory')).toContain('could not be started in /no/such/directory')
    expect(await run(['a\0b'])).toContain('failed: ')
    expect(await run([])).toBe('failed: The command is empty: write a program.')
  })
})
