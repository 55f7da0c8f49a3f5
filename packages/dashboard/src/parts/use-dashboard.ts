/** How components reach the store and the session, and how they follow time. */
import { createContext } from 'preact'
import { useContext, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { DashboardSession } from '../api/dashboard-session.ts'
import type { DashboardState } from '../api/dashboard-state.ts'
import type { Store } from '../api/store.ts'

export interface Dashboard {
  readonly store: Store<DashboardState>
  readonly session: DashboardSession
}

export const DashboardContext = createContext<Dashboard | null>(null)

export function useDashboard(): Dashboard {
  const dashboard = useContext(DashboardContext)
  if (dashboard === null) throw new Error('A component that needs the dashboard was drawn outside of it.')
  return dashboard
}

/** Draws again only when the selected piece of the state is another one. */
export function useSelected<T>(select: (state: DashboardState) => T): T {
  const { store } = useDashboard()
  const [, redraw] = useState({})
  const selected = select(store.get())
  const drawn = useRef({ select, selected })
  drawn.current = { select, selected }
  useLayoutEffect(() => {
    const look = (): void => {
      if (drawn.current.select(store.get()) !== drawn.current.selected) redraw({})
    }
    look()
    return store.subscribe(look)
  }, [store])
  return selected
}

/** The server's clock, once a second. */
export function useServerNow(): number {
  const offsetMs = useSelected((state) => state.clockOffsetMs)
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    const timer = window.setInterval(() => setNowMs(Date.now()), 1_000)
    return () => window.clearInterval(timer)
  }, [])
  return nowMs + offsetMs
}

export function useMedia(query: string): boolean {
  const [holds, setHolds] = useState(() => window.matchMedia(query).matches)
  useEffect(() => {
    const media = window.matchMedia(query)
    const changed = (): void => setHolds(media.matches)
    changed()
    media.addEventListener('change', changed)
    return () => media.removeEventListener('change', changed)
  }, [query])
  return holds
}
