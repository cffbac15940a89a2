/** Where the browser begins: one engine, drawn until the page goes. */
import { render } from 'preact'
import { openBrowserEngine } from './engine/browser.ts'
import { systemClock } from './engine/clock.ts'
import { keepShell } from './shell/keep-shell.ts'
import './style/parley.css'
import { App } from './ui/app.tsx'
import { openParts } from './ui/open-parts.ts'
import { watchPage } from './ui/watch-page.ts'

const root = document.querySelector('#app')
if (root === null) throw new Error('unable to start; the page has no #app')

const engine = openBrowserEngine(window.location.origin)
watchPage(window, engine)
render(<App parts={openParts({ engine, clock: systemClock, page: window })} />, root)

// what is developed changes under the page: only a built one is kept
if (import.meta.env.PROD) void keepShell(navigator.serviceWorker)
