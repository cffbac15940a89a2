/** What a run is let loose on, and what can be broken in it: a cluster of our own, or any other by its address and by commands. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from '../../../infra/local/command.ts'
import type { Reply } from '../../../infra/local/control.ts'
import { type Status, statusSchema } from '../../../infra/local/status.ts'
import { openLog } from '../../../server/kit/log.ts'
import { openPostgres } from '../../../server/store/postgres.ts'
import type { Seeded } from '../../kit/seeded.ts'
import type { Truth } from '../checker/history.ts'
import { openAudits } from './audits.ts'
import type { Member } from './crowd.ts'
import type { Fault } from './fault.ts'
import { type Breakage, commandFaults } from './fault-commands.ts'
import { dataFaults } from './fault-data.ts'
import { dataPairs, wirePairs } from './fault-pairs.ts'
import { wireFaults } from './fault-wires.ts'
import { clusterFaults } from './faults.ts'
import { readTruths } from './truth.ts'
import { readTruthsAtDoor } from './truth-at-door.ts'
import type { Wires } from './wires.ts'

/** A cluster of `npm start`, which does as it is told. */
export type Local = {
  nodes: number
  databaseUrl: string
  cacheUrl: string
  tell: (command: Command) => Promise<Reply>
}

export type Target = {
  url: string
  say: (line: string) => void
  local?: Local
  /** Where nodes can be cut off one by one. */
  wires?: Pick<Wires, 'turn'>
  breakages?: readonly Breakage[]
}

export type Hold = {
  faults(chance: Seeded): Fault[]
  /** Resolves when everything serves again. */
  whole(): Promise<void>
  /** What there is, by the database itself where it can be reached; without the messages if they are not asked for. */
  truths(members: readonly Member[], withMessages: boolean): Promise<Truth[]>
  audits: ReturnType<typeof openAudits>
  close(): Promise<void>
}

const wholeMs = 60_000

async function until(isWhole: () => Promise<string | null>): Promise<void> {
  const deadline = performance.now() + wholeMs
  for (;;) {
    const lacks = await isWhole()
    if (lacks === null) return
    if (performance.now() > deadline) throw new Error(`unable to mend the cluster; ${lacks}`)
    await pause(100)
  }
}

const roomsOf = (members: readonly Member[]) => [...new Set(members.flatMap((member) => member.roomIds))]

function holdLocal({ nodes, databaseUrl, cacheUrl, tell }: Local): Hold {
  const log = openLog({ node: 'chaos', level: 'fatal', pretty: false })
  const postgres = openPostgres({ url: databaseUrl, poolMax: 2, log })
  const status = async (): Promise<Status> => statusSchema.parse((await tell({ verb: 'status' })).status)
  return {
    faults(chance) {
      const faults = clusterFaults({ tell, nodes, chance })
      return [...faults, ...dataFaults({ postgres, cacheUrl }), ...dataPairs(faults, { cacheUrl, postgres })]
    },
    whole: () =>
      until(async () => {
        const now = await status()
        const isWhole = now.nodes.every(({ ready }) => ready) && now.services.every(({ state }) => state === 'up')
        return isWhole ? null : JSON.stringify([...now.nodes, ...now.services])
      }),
    truths: (members, withMessages) => readTruths(postgres, roomsOf(members), withMessages),
    audits: openAudits({ status }),
    close: () => postgres.close(),
  }
}

/** As many answers in a row as there may be nodes behind one address. */
const answersInARow = 6

function holdDistant(url: string): Hold {
  const isReady = () =>
    fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
      ({ ok, status }) => (ok ? null : `${url}/readyz answers ${status}`),
      (fault: unknown) => `${url}/readyz does not answer: ${String(fault)}`,
    )
  return {
    faults: () => [],
    whole: () =>
      until(async () => {
        const answers = await Promise.all(Array.from({ length: answersInARow }, isReady))
        return answers.find((answer) => answer !== null) ?? null
      }),
    truths: readTruthsAtDoor,
    audits: openAudits({ status: async () => ({ url, nodes: [], services: [] }) }),
    close: async () => {},
  }
}

export function hold({ url, local, wires, breakages = [] }: Target): Hold {
  const held = local === undefined ? holdDistant(url) : holdLocal(local)
  return {
    ...held,
    faults(chance) {
      const faults = [...held.faults(chance), ...commandFaults(breakages)]
      if (wires === undefined || local === undefined) return faults
      const cuts = wireFaults({ wires, nodes: local.nodes, chance })
      return [...faults, ...cuts, ...wirePairs([...faults, ...cuts])]
    },
  }
}
