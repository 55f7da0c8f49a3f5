/**
 * Runs work that may take for ever, and ends it when its time is up: regular expressions that people wrote, on texts
 * that others sent. An expression such as `(a+)+$` takes longer with each letter than there is time; nothing but a
 * script's own limit interrupts it. While it runs nothing else does, so the time is to be short.
 */
import { createContext, Script, type Context } from 'node:vm'

interface Box {
  work: () => void
}

const nothing = (): void => undefined
const box: Box = { work: nothing }
const script = new Script('work()')
let context: Context | null = null

/** False where its time was up before it ended. What it throws is thrown. */
export function withinTime(limitMs: number, work: () => void): boolean {
  context ??= createContext(box)
  box.work = work
  try {
    script.runInContext(context, { timeout: limitMs })
    return true
  } catch (fault) {
    if (isTimeUp(fault)) return false
    throw fault
  } finally {
    box.work = nothing
  }
}

/** It may be an error of the script's own world, which is no Error of this one. */
const isTimeUp = (fault: unknown): boolean =>
  typeof fault === 'object' &&
  fault !== null &&
  'code' in fault &&
  fault.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
