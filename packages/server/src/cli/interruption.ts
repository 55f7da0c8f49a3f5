/**
 * What Ctrl-C does to a command that wants to end in order: the first signal asks it to, a second one, of
 * whichever kind, ends the process at once, with the code that shells give to the signal.
 */
import { constants } from 'node:os'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

type EndingSignal = (typeof SIGNALS)[number]

/**
 * One Ctrl-C under `npm start` comes twice, from the terminal and from npm, some milliseconds apart. Nobody
 * presses again on purpose as quickly as this.
 */
const ONE_PRESS_MS = 300

/** What shells add to the number of the signal that a program was ended by. */
const ENDED_BY_SIGNAL = 128

/** Calls `ask` at the first signal. To be called once in a process. */
export function whenSignalled(ask: () => void): void {
  let first: { readonly signal: EndingSignal; readonly atMs: number } | null = null
  const hear = (signal: EndingSignal): void => {
    const atMs = performance.now()
    if (first === null) {
      first = { signal, atMs }
      return ask()
    }
    if (signal === first.signal && atMs - first.atMs < ONE_PRESS_MS) return
    process.exit(ENDED_BY_SIGNAL + constants.signals[signal])
  }
  for (const signal of SIGNALS) process.on(signal, hear)
}
