import { useState } from 'preact/hooks'
import type { Connection } from '../api/dashboard-state.ts'
import { Mark, ThemeIcon } from './icons.tsx'
import { applyTheme, savedTheme, themeAfter } from './theme.ts'
import { useSelected } from './use-dashboard.ts'
import { useKeys } from './use-keys.ts'

const connectionWords: Record<Connection['kind'], string> = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Connection lost',
}

const themeWords = { auto: 'as the system', light: 'light', dark: 'dark' } as const

/** The band over every page: where one is, whether the figures move, the theme and the help. */
export function AppHeader({ onHelp }: { readonly onHelp: () => void }) {
  const connection = useSelected((state) => state.connection.kind)
  const signedOut = useSelected((state) => state.signedOut)
  return (
    <header class="band">
      <a class="brand" href="#/">
        <Mark />
        Holdfast
      </a>
      {!signedOut && (
        <a class="band-link" href="#/watches">
          Watches
        </a>
      )}
      {!signedOut && (
        <span class={`link-state ${connection}`} role="status">
          <span class="dot" aria-hidden="true" />
          {connectionWords[connection]}
        </span>
      )}
      <span class="band-end">
        <ThemeButton />
        <button type="button" class="quiet" onClick={onHelp} aria-keyshortcuts="?">
          <kbd aria-hidden="true">?</kbd> <span class="wide-only">Keys</span>
          <span class="unseen phone-only">Keys</span>
        </button>
      </span>
    </header>
  )
}

function ThemeButton() {
  const [theme, setTheme] = useState(savedTheme)
  const turn = (): void => {
    const next = themeAfter(theme, window.matchMedia('(prefers-color-scheme: dark)').matches)
    applyTheme(next)
    setTheme(next)
  }
  useKeys({ t: turn })
  return (
    <button
      type="button"
      class="quiet"
      onClick={turn}
      aria-label={`Colours: ${themeWords[theme]}; change`}
      title={`Colours: ${themeWords[theme]}`}
    >
      <ThemeIcon theme={theme} />
    </button>
  )
}
