/** What keeps a virtual machine from being what is measured while something calm is timed. */
import { execFile, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** One that does nothing, for ever, and gives way at once: a process that is only nice keeps its core for milliseconds. */
const idler = () => spawn('chrt', ['--idle', '0', 'sh', '-c', 'while :; do :; done'], { stdio: 'ignore' })

const bind = (pid: number, cores: string) => run('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)])

/**
 * Settles as `work` does; nothing of it is left then. No core falls asleep meanwhile, which would need milliseconds to wake,
 * whoever is asked; and `together` stay on one, so that an answer is lost to the machine's other guests on one core, not on two.
 */
export async function whileAwake<Value>(work: () => Promise<Value>, together: readonly number[] = []): Promise<Value> {
  const cores = availableParallelism()
  const idlers = Array.from({ length: cores }, idler)
  try {
    await Promise.all(together.map((pid) => bind(pid, '0')))
    await pause(100)
    return await work()
  } finally {
    for (const child of idlers) child.kill('SIGKILL')
    await Promise.allSettled(together.map((pid) => bind(pid, `0-${cores - 1}`))) // who is gone needs none
  }
}
