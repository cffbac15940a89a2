/** The engine with everything it needs from a browser. */
import { systemClock } from './clock.ts'
import { openDisk } from './disk.ts'
import { openEngine } from './engine.ts'
import type { Engine } from './face.ts'
import { openHttp } from './http.ts'
import { mintId } from './id.ts'
import { openIndexedVault } from './indexed-vault.ts'
import { openLink } from './link.ts'
import { openConnect } from './link-socket.ts'
import { openSturdyVault } from './sturdy-vault.ts'
import { openLockedTabs, openSoleTab } from './tabs.ts'

/** `url`: the origin of the cluster. */
export function openBrowserEngine(url: string): Engine {
  const clock = systemClock
  const random = Math.random
  const connect = openConnect({ url, clock })
  const tab = mintId(clock.now())
  return openEngine({
    http: openHttp({ url, fetch: (path, init) => fetch(path, init), clock }),
    openLink: (told) => openLink({ ...told, connect, clock, random }),
    openDisk: async () =>
      openDisk(
        await openSturdyVault({
          open: (onLost) => openIndexedVault(indexedDB, 'parley', onLost),
          clock,
          onFault: (fault) => console.warn('unable to use the disk; going on in memory', fault),
        }),
      ),
    tabs: 'locks' in navigator ? openLockedTabs(navigator.locks, tab) : openSoleTab(tab), // locks need a secure context
    clock,
    random,
    newId: mintId,
  })
}
