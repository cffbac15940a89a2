/** What the browser knows of the world before the engine can: that the network is back, that somebody looks again. */
import type { Engine } from '../engine/face.ts'

export function watchPage(page: Window, engine: Pick<Engine, 'reconnect' | 'keep'>): void {
  const back = () => engine.reconnect()
  page.addEventListener('online', back)
  page.addEventListener('pageshow', (event) => {
    if (event.persisted) back() // out of the cache of pages: every socket was cut
  })
  page.document.addEventListener('visibilitychange', () => {
    if (page.document.visibilityState === 'visible') back()
    else engine.keep() // on a phone this is the last that is heard of a page
  })
  page.addEventListener('pagehide', () => engine.keep())
}
