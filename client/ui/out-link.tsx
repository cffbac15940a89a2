/** A link somebody wrote: it leads out, in a page of its own that knows nothing of ours; one into this Parley stays here. */
import type { ComponentChildren } from 'preact'
import { useParts } from './parts.ts'
import { routeOf } from './route.ts'

export function OutLink({ href, children }: { href: string; children: ComponentChildren }) {
  const { router } = useParts()
  const own = window.location.origin
  const inside = href.startsWith(`${own}/#`) ? routeOf(href.slice(href.indexOf('#'))) : null
  if (inside === null || inside.roomId === null)
    return (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    )
  return (
    <a
      href={href}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        router.go(inside.roomId, inside.seq)
      }}
    >
      {children}
    </a>
  )
}
