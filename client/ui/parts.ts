/** What every part of the interface may use: the engine, the clock, and the few things the window itself knows. */
import type { ComponentChildren } from 'preact'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Cell, OpenCell } from '../engine/cell.ts'
import type { Clock } from '../engine/clock.ts'
import type { Engine, RoomHandle } from '../engine/face.ts'
import type { Notices } from './notices.ts'
import type { Place } from './place.ts'
import type { RecentEmoji } from './recent-emoji.ts'
import type { Router } from './route.ts'
import type { Density, ThemeChoice } from './theme.ts'

/** What may lie over everything; some of it is about somebody, or about a room. */
export type DialogView =
  | 'settings'
  | 'cluster'
  | 'browse'
  | 'create'
  | 'direct'
  | 'switcher'
  | 'shortcuts'
  | 'outbox'
  | { kind: 'profile'; userId: string }
  | { kind: 'details'; roomId: string }
  | { kind: 'add'; roomId: string }
  | { kind: 'room-menu'; roomId: string; at: Spot }

/** Where something small opens: a corner of what was pressed, or the pointer (CSS pixels of the window). */
export type Spot = { left: number; top: number }

/** What the parser makes of a body. */
export type Markdown = {
  /** `null` for what is better shown as it was typed. */
  draw: (body: string, ownUsername: string, note: ComponentChildren) => ComponentChildren | null
  words: (body: string) => string
}

export type Parts = {
  engine: Engine
  clock: Clock
  router: Router
  theme: OpenCell<ThemeChoice>
  density: OpenCell<Density>
  notices: Notices
  /** The one dialog that is open over everything. */
  dialog: OpenCell<DialogView | null>
  /** The room on screen. */
  shown: OpenCell<RoomHandle | null>
  /** The rooms that were on screen, the latest first. */
  visited: OpenCell<readonly string[]>
  /** The one sentence that screen readers hear next. */
  spoken: OpenCell<string>
  recentEmoji: RecentEmoji
  /** Once it is fetched. */
  markdown: Cell<Markdown | null>
  /** Where the reader was in each room, until the window closes. */
  places: Map<string, Place>
}

export const PartsContext = createContext<Parts | null>(null)

export function useParts(): Parts {
  const parts = useContext(PartsContext)
  if (parts === null) throw new Error('unable to draw; no parts were provided')
  return parts
}
