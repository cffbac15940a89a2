/** Pages of a room's past, for whoever may read it. */
import { limits } from '#protocol/limits.ts'
import type { Page, PageInput, Source } from '#protocol/wire.ts'
import type { Metrics } from '../kit/metrics.ts'
import type { MessageLog, StoredPageInput } from '../store/message-log.ts'
import type { Epoch } from './epoch.ts'

/** `messages` as JSON in UTF-8, in pieces, without the brackets of the list: whoever only passes them on need not build them. */
type FoundPage = { source: Source; rev: number; head: number; messages: readonly Buffer[] }

export type HistoryNeeds = {
  log: Pick<MessageLog, 'page'>
  epoch: Pick<Epoch, 'current'>
  /** Where pages are looked for first, and what it does when it has none; it answers to nobody who may not read. */
  cache?: (input: StoredPageInput, fromLog: MessageLog['page']) => Promise<FoundPage>
  metrics: Pick<Metrics, 'pages'>
}

export type History = {
  /** The newest page unless a direction is given. Refuses `not-found` where the caller may not read. [X5] */
  page(asked: Asked): Promise<Page>
  /** The same as JSON, in UTF-8, in pieces. */
  bytes(asked: Asked): Promise<{ source: Source; bytes: readonly Buffer[] }>
}

type Asked = { userId: string; input: PageInput }

const closing = Buffer.from(']}')

export function openHistory({ log, epoch, cache, metrics }: HistoryNeeds): History {
  async function fromLog(input: StoredPageInput): Promise<FoundPage> {
    const { messages, ...page } = await log.page(input)
    return { source: 'database', ...page, messages: [Buffer.from(JSON.stringify(messages).slice(1, -1))] }
  }

  async function find({ userId, input }: Asked): Promise<FoundPage> {
    const asked = { ...input, userId, limit: input.limit ?? limits.pageSize }
    const found = await (cache === undefined ? fromLog(asked) : cache(asked, log.page))
    metrics.pages.inc({ source: found.source })
    return found
  }

  return {
    async page(asked) {
      const { source, rev, head, messages } = await find(asked)
      return {
        source,
        roomId: asked.input.roomId,
        epoch: epoch.current(),
        rev,
        head,
        messages: JSON.parse(`[${Buffer.concat(messages)}]`),
      }
    },
    async bytes(asked) {
      const { source, rev, head, messages } = await find(asked)
      const frame = JSON.stringify({ source, roomId: asked.input.roomId, epoch: epoch.current(), rev, head })
      return { source, bytes: [Buffer.from(`${frame.slice(0, -1)},"messages":[`), ...messages, closing] }
    },
  }
}
