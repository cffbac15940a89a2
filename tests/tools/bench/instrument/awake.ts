/** Keeps the cores from falling asleep while something calm is timed: a virtual machine's need milliseconds to wake, whoever is asked. */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'

/** One that does nothing, for ever, gives way to everybody, and takes no time to start. */
const idler = () => spawn('nice', ['-n', '19', 'sh', '-c', 'while :; do :; done'], { stdio: 'ignore' })

/** Settles as `work` does; nothing of it is left then. */
export async function whileAwake<Value>(work: () => Promise<Value>): Promise<Value> {
  const idlers = Array.from({ length: availableParallelism() }, idler)
  try {
    await pause(100)
    return await work()
  } finally {
    for (const child of idlers) child.kill('SIGKILL')
  }
}
