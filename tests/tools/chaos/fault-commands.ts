/** What can break in a cluster that we know only by its address: whatever its owner has commands for. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Fault } from './fault.ts'

/** Two lines for a shell: one breaks something, the other makes it whole. */
export type Breakage = { kill: string; restart: string }

/** Longer than anybody waits for a service to come back. */
const boundMs = 120_000

async function run(line: string): Promise<void> {
  const child = spawn('sh', ['-c', line], { stdio: ['ignore', 'ignore', 'pipe'], timeout: boundMs })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-500)
  })
  const [code, signal] = await once(child, 'close')
  if (code !== 0) throw new Error(`unable to run "${line}"; it ended with ${signal ?? code}: ${said.trim()}`)
}

export const commandFaults = (breakages: readonly Breakage[]): Fault[] =>
  breakages.map(({ kill, restart }) => ({
    name: kill,
    lastsMs: [500, 4_000],
    begin: () => run(kill),
    end: () => run(restart),
  }))

/** The first `--kill` belongs to the first `--restart`, and so on. */
export function pairUp(kills: readonly string[], restarts: readonly string[]): Breakage[] {
  if (kills.length !== restarts.length)
    throw new Error(`unable to pair ${kills.length} --kill with ${restarts.length} --restart; each needs its own`)
  return kills.map((kill, index) => ({ kill, restart: restarts[index] ?? '' }))
}
