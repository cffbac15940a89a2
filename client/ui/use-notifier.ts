/** Puts the notifier into the page: the browser's locks, its focus, its notifications. */
import { useEffect } from 'preact/hooks'
import type { User } from '#protocol/wire.ts'
import type { Notice } from './news-of.ts'
import { openNotifier } from './notifier.ts'
import { useParts } from './parts.ts'

export function useNotifier(user: User): void {
  const { engine, clock, notices, router } = useParts()

  useEffect(() => {
    if (!('locks' in navigator)) return undefined // needs a secure origin, as notifications do
    const notifier = openNotifier({
      engine,
      notices,
      ownId: user.id,
      clock,
      locks: navigator.locks,
      isLooking: () => document.visibilityState === 'visible' && document.hasFocus(),
      watchLooking,
      show: (notice) => void show(notice, (roomId) => router.go(roomId)),
    })
    return () => notifier.close()
  }, [engine, clock, notices, router, user.id])

  useEffect(() => {
    // the worker has brought this window to the front, for somebody has pressed a notification
    const listen = ({ data }: MessageEvent<{ roomId?: string }>) => data.roomId && router.go(data.roomId)
    navigator.serviceWorker?.addEventListener('message', listen)
    return () => navigator.serviceWorker?.removeEventListener('message', listen)
  }, [router])
}

function watchLooking(look: () => void): () => void {
  const events = ['focus', 'blur'] as const
  for (const event of events) window.addEventListener(event, look)
  document.addEventListener('visibilitychange', look)
  return () => {
    for (const event of events) window.removeEventListener(event, look)
    document.removeEventListener('visibilitychange', look)
  }
}

/** By the worker where there is one: on phones a page itself may not. */
async function show({ tag, title, body, roomId }: Notice, go: (roomId: string) => void): Promise<void> {
  const options = { tag, body, icon: '/icon-192.png', data: { roomId } }
  const worker = await navigator.serviceWorker?.getRegistration()
  if (worker) return worker.showNotification(title, options)
  const notification = new Notification(title, options)
  notification.onclick = () => {
    window.focus()
    notification.close()
    if (roomId !== null) go(roomId)
  }
}
