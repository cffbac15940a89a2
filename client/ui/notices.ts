/** Whether this device may disturb: wished for here, and allowed by the browser. */
import type { Cell } from '../engine/cell.ts'
import { openCell } from '../engine/cell.ts'

/** `blocked`: the browser was told never to; only its own settings change that. `missing`: it has none. */
export type NoticeState = 'on' | 'off' | 'blocked' | 'missing'

export type Notices = {
  state: Cell<NoticeState>
  /** Must follow a press: the browser may ask its own question first. */
  set(on: boolean): Promise<void>
}

const key = 'parley.notices'

export function openNotices(page: Window): Notices {
  const permission = () => ('Notification' in page ? Notification.permission : null)

  function read(): NoticeState {
    if (permission() === null) return 'missing'
    if (permission() === 'denied') return 'blocked'
    return permission() === 'granted' && isWished(page) ? 'on' : 'off'
  }

  const state = openCell(read())
  return {
    state,
    async set(on) {
      wish(page, on)
      if (on && permission() === 'default') await Notification.requestPermission()
      state.set(read())
    },
  }
}

function isWished(page: Window): boolean {
  try {
    return page.localStorage.getItem(key) === 'on'
  } catch {
    return false
  }
}

function wish(page: Window, on: boolean): void {
  try {
    if (on) page.localStorage.setItem(key, 'on')
    else page.localStorage.removeItem(key)
  } catch {
    // storage is blocked: nothing is remembered, and nobody is disturbed
  }
}
