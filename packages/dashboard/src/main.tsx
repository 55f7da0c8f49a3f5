/** Starts the page. */
import { render } from 'preact'
import { DashboardSession } from './api/dashboard-session.ts'
import { initialState } from './api/dashboard-state.ts'
import { createStore } from './api/store.ts'
import { App } from './app.tsx'
import { applyTheme, savedTheme } from './parts/theme.ts'
import { DashboardContext } from './parts/use-dashboard.ts'
import './theme.css'
import './overview.css'
import './service.css'

applyTheme(savedTheme())

const store = createStore(initialState)
const session = new DashboardSession(store)
const root = document.querySelector('#app')
if (root === null) throw new Error('index.html has no #app.')
render(
  <DashboardContext.Provider value={{ store, session }}>
    <App />
  </DashboardContext.Provider>,
  root,
)
session.start()
