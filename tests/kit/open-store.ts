/** The real store on a database of its own, for suites and for proofs against Postgres. */
import { openLog } from '../../server/kit/log.ts'
import { openBlockBook } from '../../server/store/block-book.ts'
import { openMessageLog } from '../../server/store/message-log.ts'
import { openPostgres } from '../../server/store/postgres.ts'
import { openRoomBook } from '../../server/store/room-book.ts'
import { openUserBook } from '../../server/store/user-book.ts'

export const silent = openLog({ node: 'test', level: 'silent', pretty: false })

export type RealStore = ReturnType<typeof openStore>

export function openStore(url: string, poolMax = 10) {
  const postgres = openPostgres({ url, poolMax, log: silent })
  const [log, book, users] = [openMessageLog({ postgres }), openRoomBook({ postgres }), openUserBook({ postgres })]
  const blocks = openBlockBook({ postgres })
  return { postgres, log, book, users, blocks, close: () => postgres.close() }
}
