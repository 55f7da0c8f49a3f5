/**
 * One stop of the Tab key for a row of buttons: arrows walk inside it, as in a toolbar. Which one is the
 * stop follows the focus.
 */
import { useState } from 'preact/hooks'

export interface Roving {
  readonly tabIndexOf: (key: string) => 0 | -1
  readonly onFocus: (key: string) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
}

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }

export function useRoving(keys: readonly string[]): Roving {
  const [stop, setStop] = useState<string | null>(null)
  const present = stop !== null && keys.includes(stop) ? stop : keys[0]
  return {
    tabIndexOf: (key) => (key === present ? 0 : -1),
    onFocus: setStop,
    onKeyDown: (event) => {
      const step = steps[event.key]
      if (step === undefined || !(event.currentTarget instanceof HTMLElement)) return
      event.preventDefault()
      const buttons = [...event.currentTarget.querySelectorAll('button')]
      const at = buttons.findIndex((button) => button === document.activeElement)
      buttons[Math.min(buttons.length - 1, Math.max(0, at + step))]?.focus()
    },
  }
}
