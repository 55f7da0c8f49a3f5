/** Keys that work anywhere on a page, except while somebody types or holds a modifier. */
import { useEffect, useRef } from 'preact/hooks'

export type KeyActions = Readonly<Record<string, () => void>>

/** Where keys belong to the element itself. */
const TYPING = 'input:not([type=radio]), textarea, select, [contenteditable]'

export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions)
  latest.current = actions
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.target instanceof Element && event.target.closest(TYPING) !== null) return
      if (document.querySelector('dialog[open]') !== null) return
      const action = latest.current[event.key]
      if (action === undefined) return
      event.preventDefault()
      action()
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [])
}
