/** CPU time of processes with all their children, as the kernel counts it: what a candidate really costs, whoever works for it. */
import { readdirSync, readFileSync } from 'node:fs'

/** One line of `/proc/<pid>/stat`. `reaped` is the time of children that ended and were waited for. */
export type Stat = { pid: number; parent: number; ticks: number; reaped: number }

/** Of the whole machine, in ticks. `stolen` is what a hypervisor gave to others. */
export type MachineTime = { busy: number; stolen: number }

export type CpuReading = { atMs: number; cpuMs: Record<string, number>; machine: { busyMs: number; stolenMs: number } }

/** What was used between two readings. `othersShare`: how much of the machine somebody else had. */
export type CpuUse = { tookMs: number; cpuMs: Record<string, number>; othersShare: number }

/** `USER_HZ`: 100 on every Linux that Node runs on. */
const tickMs = 10

/** Null for what is no such line. The name of a program may hold anything, brackets and spaces too. */
export function parseStat(text: string): Stat | null {
  const close = text.lastIndexOf(')')
  if (close < 0) return null
  const pid = Number.parseInt(text, 10)
  const fields = text
    .slice(close + 2)
    .split(' ')
    .map(Number)
  const [parent = 0, user = 0, system = 0, reapedUser = 0, reapedSystem = 0] = [1, 11, 12, 13, 14].map(
    (at) => fields[at],
  )
  return { pid, parent, ticks: user + system, reaped: reapedUser + reapedSystem }
}

export function parseMachine(text: string): MachineTime {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, stolen = 0] = (text.split('\n')[0] ?? '')
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return { busy: user + nice + system + irq + softIrq + stolen, stolen }
}

/** Ticks of a process and of everybody below it. */
export function ticksOf(root: number, stats: readonly Stat[]): number {
  const children = Map.groupBy(stats, ({ parent }) => parent)
  const sum = (stat: Stat): number =>
    stat.ticks + stat.reaped + (children.get(stat.pid) ?? []).reduce((total, child) => total + sum(child), 0)
  return stats.filter(({ pid }) => pid === root).reduce((total, stat) => total + sum(stat), 0)
}

export function useBetween(before: CpuReading, after: CpuReading, cores: number): CpuUse {
  const tookMs = after.atMs - before.atMs
  const cpuMs = Object.fromEntries(
    Object.entries(after.cpuMs).map(([name, ms]) => [name, ms - (before.cpuMs[name] ?? 0)]),
  )
  const ours = Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0)
  const busy = after.machine.busyMs - before.machine.busyMs
  return { tookMs, cpuMs, othersShare: Math.max(0, (busy - ours) / (tookMs * cores)) }
}

function readStats(): Stat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
      } catch {
        return [] // it ended while we looked
      }
    })
}

/** `roots` names the first process of each part; we ourselves are `bench`, and nobody's cost. */
export function readCpu(roots: Readonly<Record<string, number>>): CpuReading {
  const stats = readStats()
  const { busy, stolen } = parseMachine(readFileSync('/proc/stat', 'utf8'))
  return {
    atMs: performance.now(),
    cpuMs: Object.fromEntries(Object.entries(roots).map(([name, pid]) => [name, ticksOf(pid, stats) * tickMs])),
    machine: { busyMs: busy * tickMs, stolenMs: stolen * tickMs },
  }
}
