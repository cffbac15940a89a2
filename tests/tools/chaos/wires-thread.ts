/** The thread that lays the pipes of a cluster and cuts them: a busy crowd must not be what slows a node down. */
import { parentPort } from 'node:worker_threads'
import { openPipe, type Pipe } from './pipe.ts'
import type { Answered, Asked } from './wires.ts'

const pipes = new Map<string, Pipe>()

async function answer(asked: Asked): Promise<number> {
  if (asked.what === 'open') {
    const pipe = await openPipe(asked)
    pipes.set(asked.name, pipe)
    return pipe.port
  }
  const pipe = pipes.get(asked.name)
  if (pipe === undefined) throw new Error(`unable to turn ${asked.name}; there is no such pipe`)
  pipe.turn(asked.state)
  return pipe.port
}

parentPort?.on('message', async (asked: Asked) => {
  const answered: Answered = { id: asked.id, port: await answer(asked) }
  parentPort?.postMessage(answered)
})
