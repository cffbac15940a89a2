/** Puts together what the interface stands on. */
import { openCell } from '../engine/cell.ts'
import type { Clock } from '../engine/clock.ts'
import type { Engine, RoomHandle } from '../engine/face.ts'
import { openMarkdown } from './later-markdown.ts'
import { openNotices } from './notices.ts'
import type { DialogView, Parts } from './parts.ts'
import { openRecentEmoji } from './recent-emoji.ts'
import { openRouter } from './route.ts'
import { openDensity, openTheme } from './theme.ts'

export function openParts({ engine, clock, page }: { engine: Engine; clock: Clock; page: Window }): Parts {
  return {
    engine,
    clock,
    router: openRouter(page),
    theme: openTheme(page),
    density: openDensity(page),
    notices: openNotices(page),
    dialog: openCell<DialogView | null>(null),
    shown: openCell<RoomHandle | null>(null),
    visited: openCell<readonly string[]>([]),
    recentEmoji: openRecentEmoji(page),
    markdown: openMarkdown(page),
    spoken: openCell(''),
    places: new Map(),
  }
}
