/** Pages of a room's past, for whoever may read it. */
import { limits } from '#protocol/limits.ts'
import type { Page, PageInput, Source } from '#protocol/wire.ts'
import type { Metrics } from '../kit/metrics.ts'
import type { MessageLog, StoredPage, StoredPageInput } from '../store/message-log.ts'
import type { Epoch } from './epoch.ts'

export type HistoryNeeds = {
  log: Pick<MessageLog, 'page'>
  epoch: Pick<Epoch, 'current'>
  /** Where pages are looked for first, and what it does when it has none; it answers to nobody who may not read. */
  cache?: (input: StoredPageInput, fromLog: MessageLog['page']) => Promise<StoredPage & { source: Source }>
  metrics: Pick<Metrics, 'pages'>
}

export type History = {
  /** The newest page unless a direction is given. Refuses `not-found` where the caller may not read. [X5] */
  page(asked: { userId: string; input: PageInput }): Promise<Page>
}

export function openHistory({ log, epoch, cache, metrics }: HistoryNeeds): History {
  async function fromLog(input: StoredPageInput): Promise<StoredPage & { source: Source }> {
    return { source: 'database', ...(await log.page(input)) }
  }

  return {
    async page({ userId, input }) {
      const { roomId, limit = limits.pageSize } = input
      const asked = { ...input, userId, limit }
      const { source, rev, head, messages } = await (cache === undefined ? fromLog(asked) : cache(asked, log.page))
      metrics.pages.inc({ source })
      return { source, roomId, epoch: epoch.current(), rev, head, messages }
    },
  }
}
