import { freshDatabase } from '../kit/database.ts'
import { openStore } from '../kit/open-store.ts'
import { blockBookContract } from './block-book.ts'
import { messageLogContract } from './message-log.ts'
import { messageReadsContract } from './message-log-reads.ts'
import { pinsContract } from './message-pins.ts'
import { reactionsContract } from './message-reactions.ts'
import { preferencesContract } from './preferences.ts'
import { rightsContract } from './rights.ts'
import { roomBookContract } from './room-book.ts'
import { userBookContract } from './user-book.ts'

for (const suite of [
  messageLogContract,
  messageReadsContract,
  reactionsContract,
  pinsContract,
  rightsContract,
  roomBookContract,
  blockBookContract,
  preferencesContract,
  userBookContract,
])
  suite('Postgres', async () => openStore(await freshDatabase()))
