/** The tabs of one browser, as far as they must not tread on each other: each owns what it wrote until it dies. */

export type Tabs = {
  /** This tab, for as long as it lives. */
  own: string
  /** Calls `inherit` once when `tab` has died, perhaps at once; returns how to stop waiting and to let go. */
  outlive(tab: string, inherit: () => void): () => void
}

/** A tool in Node is the only one: whatever another left behind is its own. */
export function openSoleTab(own: string): Tabs {
  return {
    own,
    outlive(_tab, inherit) {
      inherit()
      return () => {}
    },
  }
}

/** Web Locks name the living: a browser releases a tab's lock when the tab dies, however it died. */
export function openLockedTabs(locks: LockManager, own: string): Tabs {
  const nameOf = (tab: string) => `parley/tab/${tab}`

  function hold(tab: string, held: () => void): () => void {
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const waiting = new AbortController()
    locks
      .request(nameOf(tab), { signal: waiting.signal }, () => {
        held()
        return released
      })
      .catch(() => {}) // aborted, or the page is going
    return () => {
      waiting.abort()
      release()
    }
  }

  hold(own, () => {})
  return { own, outlive: hold }
}
