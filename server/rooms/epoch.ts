/** Which incarnation of the database this node speaks of; asked again by every repair, for a restore can change it. [R5] */
import type { MessageLog } from '../store/message-log.ts'

export type Epoch = {
  current(): string
  /** Resolves with whether it is another one now; rejects while Postgres is away. */
  refresh(): Promise<boolean>
}

/** Rejects while Postgres is away. */
export async function openEpoch({ log }: { log: Pick<MessageLog, 'epoch'> }): Promise<Epoch> {
  let name = await log.epoch()
  return {
    current: () => name,
    async refresh() {
      const before = name
      name = await log.epoch()
      return name !== before
    },
  }
}
