/** The Unix socket by which another terminal speaks to the cluster: one JSON line asks, one answers. */
import { chmod, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { type Command, commandSchema } from './command.ts'
import { Fault, hasCode, tell } from './fault.ts'

const replySchema = z.object({ ok: z.boolean(), text: z.string(), status: z.unknown().optional() })

export type Reply = { ok: boolean; text: string; status?: unknown }

/** The shorter of both spellings: a socket's path is bounded to about 100 bytes, a checkout's is not. */
export function socketPath(folder: string): string {
  const whole = join(folder, 'control.sock')
  const near = relative(process.cwd(), whole)
  return near.length < whole.length ? near : whole
}

export type Control = { close(): Promise<void> }

/** Resolves when it listens; only this user may connect. */
export async function openControl(needs: {
  path: string
  run: (command: Command) => Promise<Reply>
}): Promise<Control> {
  const { path, run } = needs
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    createInterface({ input: socket }).once('line', (line) => void answer(line).then((text) => socket.end(text)))
  })

  async function answer(line: string): Promise<string> {
    const reply = await Promise.try(() => run(commandSchema.parse(JSON.parse(line)))).catch((fault: unknown) => ({
      ok: false,
      text: tell(fault),
    }))
    return `${JSON.stringify(reply)}\n`
  }

  await rm(path, { force: true }) // ours alone by the supervisor's note: whoever left it is dead
  await new Promise<void>((resolve, reject) => {
    server.once('error', (fault) => reject(new Fault(`unable to listen on ${path}; ${fault.message}`)))
    server.listen(path, resolve)
  })
  await chmod(path, 0o600)
  return {
    async close() {
      for (const socket of sockets) socket.end()
      await new Promise((resolve) => server.close(resolve))
      await rm(path, { force: true })
    },
  }
}

/** Resolves with the supervisor's answer; refuses when none runs there. */
export function ask(path: string, command: Command): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    const nobody = (fault: Error) =>
      reject(
        hasCode(fault, 'ENOENT', 'ECONNREFUSED')
          ? new Fault(`unable to reach a cluster at ${path}; start one with npm start`)
          : fault,
      )
    socket.once('error', nobody)
    socket.write(`${JSON.stringify(command)}\n`)
    const lines = createInterface({ input: socket })
    lines.on('error', () => {}) // `readline` passes the socket's on
    lines.once('line', (line) => resolve(replySchema.parse(JSON.parse(line))))
    socket.once('close', () => reject(new Fault('unable to hear the answer; the cluster ended')))
  })
}
