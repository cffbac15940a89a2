/** Tells a process from a later one that was given the same pid. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { hasCode } from './fault.ts'

const run = promisify(execFile)

/** What no other process of any boot shares with `pid`: when it began; null when no such process lives. */
export async function identityOf(pid: number): Promise<string | null> {
  if (!isAlive(pid)) return null
  return process.platform === 'linux' ? identityOnLinux(pid) : identityElsewhere(pid)
}

async function identityOnLinux(pid: number): Promise<string | null> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    return identityIn(await readFile(`/proc/${pid}/stat`, 'utf8'), boot.trim())
  } catch (fault) {
    if (hasCode(fault, 'ENOENT', 'ESRCH')) return null
    throw fault
  }
}

/** From proc_pid_stat(5): the name may hold spaces and brackets; state is field 3, the start in ticks field 22. Null for a zombie. */
export function identityIn(stat: string, boot: string): string | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? null : `${boot}/${fields[19]}`
}

async function identityElsewhere(pid: number): Promise<string | null> {
  try {
    return (
      await run('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { ...process.env, LC_ALL: 'C' } })
    ).stdout.trim()
  } catch {
    return null
  }
}

/** Whether some process has this pid, be it somebody else's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (fault) {
    return hasCode(fault, 'EPERM')
  }
}
