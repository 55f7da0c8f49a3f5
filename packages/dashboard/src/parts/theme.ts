/** Light or dark: the system's wish, or the choice that this browser remembers. */
import { useEffect, useState } from 'preact/hooks'

export type Theme = 'auto' | 'light' | 'dark'

const KEY = 'holdfast.theme'
const themes: readonly Theme[] = ['auto', 'light', 'dark']
const THEME_CHANGED = 'holdfast-theme'

export function savedTheme(): Theme {
  try {
    const saved = localStorage.getItem(KEY)
    return themes.find((theme) => theme === saved) ?? 'auto'
  } catch {
    // Storage can be forbidden; the page then follows the system.
    return 'auto'
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // The choice then lasts until the page is left.
  }
  window.dispatchEvent(new Event(THEME_CHANGED))
}

/** The first turn away from the system's colours is the one that can be seen. */
export function themeAfter(theme: Theme, systemIsDark: boolean): Theme {
  const order: readonly Theme[] = systemIsDark ? ['auto', 'light', 'dark'] : ['auto', 'dark', 'light']
  return order[(order.indexOf(theme) + 1) % order.length] ?? 'auto'
}

/** Counts the turns between light and dark: canvases do not follow by themselves. */
export function useThemeTurns(): number {
  const [turns, setTurns] = useState(0)
  useEffect(() => {
    const turned = (): void => setTurns((known) => known + 1)
    const system = window.matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', turned)
    window.addEventListener(THEME_CHANGED, turned)
    return () => {
      system.removeEventListener('change', turned)
      window.removeEventListener(THEME_CHANGED, turned)
    }
  }, [])
  return turns
}

/** A colour of the style sheet as a canvas takes it, with light-dark() resolved inside `where`. */
export function resolveColour(where: HTMLElement, token: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${token})`
  where.append(probe)
  const colour = getComputedStyle(probe).color
  probe.remove()
  return colour
}
