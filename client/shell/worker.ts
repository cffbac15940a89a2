/** Keeps the page itself at hand, so that it opens with no network at all; what people wrote is never kept here. */

/** The build puts these before the code: what belongs to this version of the page, and its name. */
declare const shell: { version: string; files: string[] }
declare const self: ServiceWorkerGlobalScope

const prefix = 'parley-shell-'
const own = prefix + shell.version

self.addEventListener('install', (event) => {
  event.waitUntil(install())
})

self.addEventListener('activate', (event) => {
  event.waitUntil(activate())
})

self.addEventListener('fetch', (event) => {
  const { method, url, mode } = event.request
  const { origin, pathname } = new URL(url)
  const isOurs = method === 'GET' && origin === self.location.origin
  if (isOurs && (mode === 'navigate' ? pathname === '/' : shell.files.includes(pathname) || isAsset(pathname)))
    event.respondWith(answer(event.request, pathname))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const { roomId } = event.notification.data as { roomId: string | null }
  event.waitUntil(bring(roomId))
})

/** Files of an earlier version too: a page that is still open may yet ask for one of its parts. */
const isAsset = (pathname: string) => pathname.startsWith('/assets/')

/** All of it or nothing, past the browser's own cache. It takes over at once: an open page keeps its files. */
async function install(): Promise<void> {
  const cache = await caches.open(own)
  await cache.addAll(shell.files.map((path) => new Request(path, { cache: 'no-cache' })))
  await self.skipWaiting()
}

/** The version before stays for the pages it has opened; the ones before that go. */
async function activate(): Promise<void> {
  const before = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== own)
  await Promise.all(before.slice(0, -1).map((name) => caches.delete(name)))
  await self.clients.claim()
}

async function answer(request: Request, pathname: string): Promise<Response> {
  const cache = await caches.open(own)
  return (await cache.match(pathname)) ?? (await caches.match(pathname)) ?? fetch(request)
}

/** Somebody has pressed a notification: a window comes to the front, or one opens, at the room. */
async function bring(roomId: string | null): Promise<void> {
  const [window] = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (window === undefined) await self.clients.openWindow(roomId === null ? '/' : `/#/r/${roomId}`)
  else {
    await window.focus()
    window.postMessage({ roomId })
  }
}
