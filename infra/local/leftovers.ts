/** Notes on the processes we started, so that the next start can end what a supervisor killed -9 left behind, and nothing else. */
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { hasCode } from './fault.ts'
import { identityOf } from './identity.ts'

const noteSchema = z.object({ name: z.string(), pid: z.int().positive(), identity: z.string() })

export type Note = z.infer<typeof noteSchema>

const pathOf = (folder: string, name: string) => join(folder, `${name}.json`)

/** Remembers that `pid` is ours under `name`; nothing if it is gone already. */
export async function take(folder: string, { name, pid }: { name: string; pid: number }): Promise<void> {
  const fresh = join(folder, `${name}.${pid}.new`)
  if (await write(fresh, { name, pid })) await rename(fresh, pathOf(folder, name))
}

async function write(path: string, { name, pid }: { name: string; pid: number }): Promise<boolean> {
  const identity = await identityOf(pid)
  if (identity === null) return false
  const note: Note = { name, pid, identity }
  await writeFile(path, JSON.stringify(note))
  return true
}

/** Takes the note under `name` for this process alone; resolves with false while another living process has it. */
export async function claim(folder: string, name: string): Promise<boolean> {
  const mine = join(folder, `${name}.${process.pid}.new`)
  await write(mine, { name, pid: process.pid })
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        await link(mine, pathOf(folder, name))
        return true
      } catch (fault) {
        if (!hasCode(fault, 'EEXIST')) throw fault
        const holder = await living(folder, name)
        if (holder !== null) return holder.pid === process.pid
        await forget(folder, name)
      }
    }
    return false
  } finally {
    await rm(mine, { force: true })
  }
}

export async function forget(folder: string, name: string): Promise<void> {
  await rm(pathOf(folder, name), { force: true })
}

/** The note under `name` if its process still lives and is the very one that was noted. */
export async function living(folder: string, name: string): Promise<Note | null> {
  const note = await read(pathOf(folder, name))
  return note !== null && (await identityOf(note.pid)) === note.identity ? note : null
}

async function read(path: string): Promise<Note | null> {
  try {
    return noteSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (fault) {
    if (hasCode(fault, 'ENOENT') || fault instanceof SyntaxError || fault instanceof z.ZodError) return null
    throw fault
  }
}

/** Ends every noted process that still lives, but for ourselves, gently for `graceMs`; resolves with the names of those it ended. */
export async function sweep(folder: string, graceMs = 5_000): Promise<string[]> {
  const names = (await readdir(folder)).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5))
  const ended = await Promise.all(
    names.map(async (name) => {
      const note = await living(folder, name)
      if (note?.pid === process.pid) return []
      if (note !== null) await end(note, graceMs)
      await forget(folder, name)
      return note === null ? [] : [name]
    }),
  )
  return ended.flat()
}

async function end(note: Note, graceMs: number): Promise<void> {
  const deadline = performance.now() + graceMs
  strike(note.pid, 'SIGCONT')
  strike(note.pid, note.name.startsWith('postgres') ? 'SIGINT' : 'SIGTERM')
  let killed = false
  while ((await identityOf(note.pid)) === note.identity) {
    if (!killed && performance.now() > deadline) {
      strike(-note.pid, 'SIGKILL')
      killed = true
    }
    if (performance.now() > deadline + 5_000)
      throw new Error(`unable to end leftover ${note.name}; pid ${note.pid} stays`)
    await pause(20)
  }
}

/** Sends `signal` to a process, or to a whole group when `pid` is negative; one that is gone does not matter. */
export function strike(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (fault) {
    if (!hasCode(fault, 'ESRCH')) throw fault
  }
}
