/** What a page's main thread was busy with, as Chromium's own trace tells it. */
import type { CDPSession, Page } from 'playwright-core'

type TraceEvent = {
  name: string
  ph: string
  pid: number
  tid: number
  dur?: number
  tdur?: number
  args?: { name?: string }
}

export type FrameTrace = {
  /** Milliseconds of CPU of each task of the page's main thread, in their order: other processes' load is not in it. */
  tasks: number[]
  /** Frames that were drawn. */
  frames: number
}

const categories = 'toplevel,devtools.timeline,disabled-by-default-devtools.timeline'

/** Resolves with the trace of what `work` made the page do. */
export async function traceFrames(page: Page, work: () => Promise<void>): Promise<FrameTrace> {
  const session = await page.context().newCDPSession(page)
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) => void events.push(...(value as unknown as TraceEvent[])))
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: categories.split(',') },
  })
  await work()
  await ended(session)
  await session.detach()
  const renderer = events.find(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
  const own = events.filter(({ pid, tid }) => pid === renderer?.pid && tid === renderer.tid)
  return {
    tasks: own.filter(({ name }) => name.endsWith('RunTask')).map(({ tdur = 0 }) => tdur / 1_000),
    frames: own.filter(({ name, ph }) => name === 'FireAnimationFrame' && ph === 'X').length,
  }
}

async function ended(session: CDPSession): Promise<void> {
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve))
  await session.send('Tracing.end')
  await complete
}
