/** W5, pages of history: what the cache is worth, and what it costs those who write. */
import { atDoor } from './history/at-door.ts'
import { atServer } from './history/at-server.ts'
import { memory } from './history/memory.ts'
import { exponent } from './history/places.ts'
import { seed } from './history/seed.ts'
import { writes } from './history/writes.ts'
import type { Workload } from './workload.ts'

export const history: Workload = {
  workload: 'history',
  title: 'Pages of history',
  about: ({ messages, rooms, users, rounds, sliceMs }) => [
    `${messages.toLocaleString('en')} messages in ${rooms.toLocaleString('en')} rooms, ${users} users in all of them, every other room private; rows lie in the order in which they were sent.`,
    `A room is chosen by Zipf's law (exponent ${exponent}), so is how far back its page lies; pages have 50 messages and follow each other as clients ask for them.`,
    `Everybody asks for the same pages in the same order. Medians of ${rounds} rounds of ${sliceMs / 1_000} s each, the candidates in turn; CPU by /proc/<pid>/stat, children included.`,
  ],
  prepare: (stage, size) => seed(stage.urls.DATABASE_URL, size, stage.say),
  parts: { server: atServer, door: atDoor, memory, writes },
}
