/** A process of ours that carries out orders, one after the other: what is measured, and who measures it, share no event loop. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

export type Worker = {
  pid: number
  /** Rejects with what went wrong over there, or when the process ends. */
  ask<Value>(order: object): Promise<Value>
  close(): Promise<void>
}

type Reply = { value?: unknown; fault?: string }

/** `module` must call `serve`. */
export async function startWorker(module: URL, env: Record<string, string> = {}): Promise<Worker> {
  const child: ChildProcess = fork(module, { env: { ...process.env, ...env }, serialization: 'advanced' })
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`unable to go on; ${module.pathname} ended with ${signal ?? code}`)
  })
  ended.catch(() => {})
  await Promise.race([once(child, 'message'), ended])
  return {
    pid: child.pid ?? 0,
    async ask<Value>(order: object) {
      const answered = once(child, 'message')
      child.send(order)
      const [{ value, fault }] = (await Promise.race([answered, ended])) as [Reply]
      if (fault !== undefined) throw new Error(fault)
      return value as Value // both ends of the line are ours
    },
    async close() {
      if (child.connected) child.disconnect()
      await ended.catch(() => {})
    },
  }
}

/** The other end: does as it is told until the line is cut, then closes. */
export function serve<Order>(
  work: (order: Order) => Promise<unknown>,
  close: () => Promise<void> = async () => {},
): void {
  process.on('message', (order: Order) => {
    work(order).then(
      (value) => process.send?.({ value }),
      (fault: unknown) => process.send?.({ fault: fault instanceof Error ? String(fault.stack) : String(fault) }),
    )
  })
  process.on('disconnect', () => {
    void close().finally(() => process.exit(0))
  })
  process.send?.({ value: 'ready' })
}
