/** Puts the page for the present route under the band. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { OverviewPage } from './pages/overview/overview-page.tsx'
import type * as ServicePageModule from './pages/service/service-page.tsx'
import type * as WatchPageModule from './pages/watch/watch-page.tsx'
import { WatchesPage } from './pages/watch/watches-page.tsx'
import { SignInPage } from './pages/sign-in-page.tsx'
import { AppHeader } from './parts/app-header.tsx'
import { ConnectionNotice } from './parts/connection-notice.tsx'
import { HelpDialog } from './parts/help-dialog.tsx'
import { useSelected } from './parts/use-dashboard.ts'
import { useKeys } from './parts/use-keys.ts'
import { parseRoute } from './router.ts'
import type { Route } from './router.ts'

export function App() {
  const route = useRoute()
  const signedOut = useSelected((state) => state.signedOut)
  const main = useRef<HTMLElement>(null)
  const [helping, setHelping] = useState(false)
  useKeys({ '?': () => setHelping(true) })
  return (
    <>
      {/* The fragment is the route, so this moves the focus itself. */}
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <AppHeader onHelp={() => setHelping(true)} />
      {!signedOut && <ConnectionNotice />}
      <main ref={main} tabIndex={-1}>
        {signedOut ? <SignInPage /> : <PageOf route={route} />}
      </main>
      <HelpDialog open={helping} onClose={() => setHelping(false)} />
    </>
  )
}

function PageOf({ route }: { readonly route: Route }) {
  switch (route.page) {
    case 'overview':
      return <OverviewPage route={route} />
    case 'service':
      return <Chunked chunk={servicePage} page={({ ServicePage }) => <ServicePage route={route} />} />
    case 'watches':
      return <WatchesPage />
    case 'watch':
      return (
        <Chunked
          chunk={watchPage}
          page={({ WatchPage }) => <WatchPage key={route.name} name={route.name} />}
        />
      )
    case 'nowhere':
      return (
        <div class="empty">
          <p>There is no such page.</p>
          <a href="#/">All services</a>
        </div>
      )
  }
}

type Awaited<Chunk> = Promise<Chunk | null>

/** The charts come while the list is drawn, so that the list need not wait for them. */
const servicePage: Awaited<typeof ServicePageModule> = import('./pages/service/service-page.tsx').catch(
  () => null,
)
const watchPage: Awaited<typeof WatchPageModule> = import('./pages/watch/watch-page.tsx').catch(() => null)

function Chunked<Chunk extends object>(props: {
  readonly chunk: Awaited<Chunk>
  readonly page: (chunk: Chunk) => ComponentChildren
}) {
  const [chunk, setChunk] = useState<Chunk | null | 'awaited'>('awaited')
  useEffect(() => void props.chunk.then(setChunk), [props.chunk])
  if (chunk === 'awaited') return null
  if (chunk !== null) return <>{props.page(chunk)}</>
  return (
    <div class="empty">
      <p>This page could not be read; the server may have been updated meanwhile.</p>
      <button type="button" onClick={() => location.reload()}>
        Read it again
      </button>
    </div>
  )
}

function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash))
  useEffect(() => {
    const changed = (): void => setRoute(parseRoute(location.hash))
    window.addEventListener('hashchange', changed)
    return () => window.removeEventListener('hashchange', changed)
  }, [])
  return route
}
