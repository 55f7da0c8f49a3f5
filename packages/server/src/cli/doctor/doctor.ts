/**
 * Runs the checks in the order in which they rest on each other, and prints what each found. It reads the
 * settings itself, since settings that are wrong are something to report and no reason to stop.
 */
import { clean, toJson } from '../clean.ts'
import type { Io } from '../io.ts'
import { paintFor, type Paint, type Style } from '../paint.ts'
import { readSettings, type GlobalOptions } from '../settings.ts'
import { checkConfig, checkNode, checkOperatorKey, checkSettings } from './local-checks.ts'
import { checkServer } from './server-checks.ts'

export interface Finding {
  readonly check: string
  readonly state: 'ok' | 'warning' | 'failed'
  readonly says: string
  /** How to mend it; empty when there is nothing to mend. */
  readonly hint: string
}

export async function doctor(io: Io, options: GlobalOptions): Promise<void> {
  const settings = await readSettings(io, options)
  const findings: Finding[] = [checkNode(io), await checkConfig(io), checkOperatorKey(io)]
  if (settings.ok) {
    findings.push(checkSettings(settings.value), ...(await checkServer(io, settings.value)))
  } else if (settings.error.code !== 'config-invalid') {
    // A broken configuration file was found above already.
    findings.push({
      check: 'settings',
      state: 'failed',
      says: settings.error.detail,
      hint: settings.error.hint,
    })
  }
  const isFit = findings.every(({ state }) => state !== 'failed')
  if (options.json === true) io.stdout.write(`${toJson({ fit: isFit, findings }, 2)}\n`)
  else
    io.stdout.write(
      findings.flatMap((finding) => findingLines(finding, paintFor(io, io.stdout, options.color))).join(''),
    )
  io.exitWith(isFit ? 0 : 1)
}

const looks: Readonly<Record<Finding['state'], readonly [string, Style]>> = {
  ok: ['ok', 'good'],
  warning: ['warning', 'warning'],
  failed: ['failed', 'bad'],
}

const STATE_WIDTH = 7

function findingLines({ check, state, says, hint }: Finding, paint: Paint): readonly string[] {
  const [word, style] = looks[state]
  const mend = hint === '' ? [] : [`${' '.repeat(STATE_WIDTH)}  → ${clean(hint)}\n`]
  return [`${paint(style, word.padEnd(STATE_WIDTH))}  ${check}: ${clean(says)}\n`, ...mend]
}
