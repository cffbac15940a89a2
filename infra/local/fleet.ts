/** The nodes of the cluster: each kept running, each on a port of its own that it keeps for life. */
import type { Clock } from '../../server/kit/clock.ts'
import { Fault } from './fault.ts'
import type { Home } from './home.ts'
import { type Keeper, openKeeper } from './keeper.ts'
import { type NodeEnvironment, startNode, whenServing } from './node.ts'
import { freePort } from './ports.ts'
import { openProber } from './prober.ts'
import type { Watch } from './watch.ts'

/** `door` is where nginx finds the node: its port, unless something stands in between. */
export type Member = { number: number; name: string; port: number; door: number; keeper: Keeper }

type Wired = { door: number; environment: NodeEnvironment }

/** Asked once per node what stands between it and what it talks to, for whoever wants to cut that. */
export type Wire = (node: { name: string; port: number; environment: NodeEnvironment }) => Promise<Wired>

type Needs = {
  home: Home
  root: string
  clock: Clock
  watch: Watch
  environment: NodeEnvironment
  wire?: Wire | undefined
  /** Tells nginx which ports there are. */
  onChange: (ports: number[]) => Promise<void>
}

export type Fleet = ReturnType<typeof openFleet>

/** A draining node may take `DRAIN_MS`; whoever needs longer is killed. */
const graceBeyondDrainMs = 3_000

const directly: Wire = async ({ port, environment }) => ({ door: port, environment })

export function openFleet({ home, root, clock, watch, environment, wire = directly, onChange }: Needs) {
  const members = new Map<number, Member>()
  /** Also of those that are gone for now: a node that comes back is found where it was. */
  const ports = new Map<number, number>()
  const { DRAIN_MS = '10000' } = environment
  const graceMs = Number(DRAIN_MS) + graceBeyondDrainMs

  const sorted = () => [...members.values()].sort((a, b) => a.number - b.number)
  const doors = () => sorted().map(({ door }) => door)
  const prober = openProber({
    clock,
    watched: () =>
      sorted().flatMap(({ name, port, keeper }) => {
        const child = keeper.child()
        return child !== null && keeper.state() === 'up' ? [{ name, port, pid: child.pid }] : []
      }),
    onHung({ name, pid }) {
      home.say(`${name} does not answer; it is killed`)
      sorted()
        .find(({ keeper }) => keeper.child()?.pid === pid)
        ?.keeper.strike()
    },
  })

  async function add(number: number): Promise<Member> {
    const name = `node-${number}`
    const port = ports.get(number) ?? (await freePort(new Set(ports.values())))
    ports.set(number, port)
    const wired = await wire({ name, port, environment })
    const keeper = openKeeper({
      name,
      clock,
      start: () => startNode({ home, root, name, port, environment: wired.environment }),
      ending: { signal: 'SIGTERM', graceMs },
      onDeath: watch.onDeath,
      onReturn: () => home.say(`${name} runs again`),
    })
    const member = { number, name, port, door: wired.door, keeper }
    members.set(number, member)
    return member
  }

  async function serve({ port, keeper }: Member, boundMs?: number): Promise<void> {
    const child = keeper.child()
    if (child === null) return
    await whenServing(child, port, boundMs)
    prober.met(child.pid)
  }

  function find(number: number): Member {
    const member = members.get(number)
    if (member === undefined) throw new Fault(`unable to find node ${number}; there are ${members.size}`)
    return member
  }

  return {
    members: sorted,
    find,
    serves: (member: Member) => prober.serves(member.keeper.child()?.pid ?? 0),

    /** Resolves when nodes 1 to `count` serve; nothing knows of them yet but nginx, when it starts. */
    async begin(count: number): Promise<number[]> {
      for (let number = 1; number <= count; number++) await (await add(number)).keeper.start()
      await Promise.all(sorted().map((member) => serve(member)))
      return doors()
    },

    /** Starts a node that is down, and waits a while for it to serve. */
    async start(number: number): Promise<void> {
      const member = find(number)
      await member.keeper.start()
      await serve(member, 30_000)
    },

    /** New nodes serve before nginx hears of them; those that go have drained, and nginx forgot them first. */
    async scale(count: number): Promise<void> {
      const fresh: Member[] = []
      for (let number = 1; number <= count; number++) if (!members.has(number)) fresh.push(await add(number))
      await Promise.all(fresh.map(({ keeper }) => keeper.start()))
      await Promise.all(fresh.map((member) => serve(member)))
      const leaving = sorted().filter(({ number }) => number > count)
      for (const { number } of leaving) members.delete(number)
      if (fresh.length + leaving.length > 0) await onChange(doors())
      await Promise.all(leaving.map(({ keeper }) => keeper.close()))
    },

    async close(): Promise<void> {
      await prober.close()
      await Promise.all(sorted().map(({ keeper }) => keeper.close()))
    },
  }
}
