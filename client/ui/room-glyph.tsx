/** The sign before a room's title. */
import type { RoomKind } from '#protocol/wire.ts'
import type { IconName } from './icon.tsx'
import { Icon } from './icon.tsx'

const glyphs: Record<RoomKind, IconName> = { public: 'hash', private: 'lock', direct: 'talk', thread: 'reply' }

export function RoomGlyph({ kind, many = false, size = 18 }: { kind: RoomKind; many?: boolean; size?: number }) {
  return (
    <span class="room-glyph">
      <Icon name={many ? 'people' : glyphs[kind]} size={size} />
    </span>
  )
}
