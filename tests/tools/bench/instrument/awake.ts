/** Keeps the cores from falling asleep while something calm is timed: a virtual machine's need milliseconds to wake, whoever is asked. */
import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism, constants, setPriority } from 'node:os'

/** One that does nothing, for ever, and gives way to everybody. */
function idler(): ChildProcess {
  const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
  return child
}

/** Settles as `work` does; nothing of it is left then. */
export async function whileAwake<Value>(work: () => Promise<Value>): Promise<Value> {
  const idlers = Array.from({ length: availableParallelism() }, idler)
  try {
    return await work()
  } finally {
    for (const child of idlers) child.kill('SIGKILL')
  }
}
