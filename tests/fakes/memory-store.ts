/** The store without Postgres: the same answers and refusals, held to it by the suites in tests/contract. */
import { systemClock } from '../../server/kit/clock.ts'
import { openMemoryBlocks } from './memory-blocks.ts'
import { openMemoryLog } from './memory-log.ts'
import { openMemoryRooms } from './memory-rooms.ts'
import { openTables } from './memory-tables.ts'
import { openMemoryUsers } from './memory-users.ts'

export type MemoryStore = ReturnType<typeof openMemoryStore>

export function openMemoryStore(needs: { now: () => number; newId?: () => string } = systemClock) {
  const tables = openTables(needs)
  return {
    tables,
    log: openMemoryLog(tables),
    book: openMemoryRooms(tables),
    users: openMemoryUsers(tables),
    blocks: openMemoryBlocks(tables),
  }
}
