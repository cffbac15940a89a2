/** Who is measured: ours as it runs, and what one would use instead, each with as many processes as ours has nodes. */
import type { DialectName } from '../crowd/dialects.ts'
import type { Stage } from '../instrument/stage.ts'
import { startWorker } from '../instrument/worker.ts'

export type Standing = {
  dialect: DialectName
  ports: number[]
  /** First process of each node. */
  pids: number[]
  close(): Promise<void>
}

export const titles = {
  ours: 'ours, everything on',
  stored: 'Socket.IO + one INSERT each',
  unstored: 'Socket.IO, nothing stored',
  bare: 'bare ws + Redis, nothing stored',
}
export type CandidateName = keyof typeof titles
export const candidates: readonly CandidateName[] = ['ours', 'stored', 'unstored', 'bare']

const usual = new URL('./usual.ts', import.meta.url)
const bare = new URL('./bare.ts', import.meta.url)

/** As nodes and rivals alike are started. */
type How = { nodes: number; preload?: URL | undefined }

async function openOurs(stage: Stage, { nodes, preload }: How): Promise<Standing> {
  const started = await Promise.all(Array.from({ length: nodes }, (_, n) => stage.startNode(`node-${n + 1}`, preload)))
  return {
    dialect: 'parley',
    ports: started.map(({ port }) => port),
    pids: started.map(({ pid }) => pid),
    close: async () => void (await Promise.all(started.map((node) => stage.stopNode(node)))),
  }
}

/** Resolves when all serve. */
export async function openCandidate(stage: Stage, name: CandidateName, how: How): Promise<Standing> {
  if (name === 'ours') return await openOurs(stage, how)
  const env = {
    ...stage.urls,
    NODE_ENV: 'production',
    STORES: name === 'stored' ? 'yes' : 'no',
    ...(how.preload === undefined ? {} : { NODE_OPTIONS: `--import=${how.preload.href}` }),
  }
  const workers = await Promise.all(
    Array.from({ length: how.nodes }, () => startWorker(name === 'bare' ? bare : usual, env)),
  )
  return {
    dialect: name === 'bare' ? 'bare' : 'usual',
    ports: await Promise.all(workers.map((worker) => worker.ask<number>({}))),
    pids: workers.map(({ pid }) => pid),
    close: async () => void (await Promise.all(workers.map((worker) => worker.close()))),
  }
}
