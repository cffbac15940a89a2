/** Engines on a fake cluster, with a disk that outlives them. */
import { openDisk } from '../../client/engine/disk.ts'
import { openEngine } from '../../client/engine/engine.ts'
import type { Row } from '../../client/engine/face.ts'
import { openHttp } from '../../client/engine/http.ts'
import { openLink } from '../../client/engine/link.ts'
import { openSoleTab } from '../../client/engine/tabs.ts'
import { openMemoryVault } from '../../client/engine/vault.ts'
import { type FakeCluster, goodNetwork, openFakeCluster } from '../fakes/fake-cluster.ts'
import { type ManualClock, openManualClock } from './manual-clock.ts'
import { openSeeded } from './seeded.ts'

type Machine = ReturnType<typeof openMachine>

/** A browser: a cookie, a disk and a network; `open` loads the page, once more after `close`. */
export function openMachine({ cluster, clock, seed = 1 }: { cluster: FakeCluster; clock: ManualClock; seed?: number }) {
  const session: { userId: string | null } = { userId: null }
  const network = goodNetwork()
  const vault = openMemoryVault()
  const { next: random } = openSeeded(seed)
  const connect = cluster.connectBy(session, network)
  let pages = 0
  let ids = 0
  return {
    session,
    network,
    vault,
    open: () =>
      openEngine({
        http: openHttp({ url: 'http://cluster', fetch: cluster.fetchBy(session, network), clock }),
        openLink: (told) => openLink({ ...told, connect, clock, random }),
        openDisk: async () => openDisk(vault),
        tabs: openSoleTab(`tab-${seed}-${++pages}`),
        clock,
        random,
        newId: () => `id-${seed}-${++ids}`,
      }),
  }
}

/** A cluster with `ada`, `ben` and `cyd` in `hall` and `yard`; a machine each; ada's page is open on `hall`. */
export async function openTown({ sent = 0 }: { sent?: number } = {}) {
  const clock = openManualClock()
  const cluster = openFakeCluster({ clock })
  const names = ['ada', 'ben', 'cyd']
  for (const name of names) cluster.addUser(name)
  for (const room of ['hall', 'yard']) cluster.rooms.add(room, names)
  for (let number = 1; number <= sent; number++) say(cluster, 'hall', 'ben', `old ${number}`)
  const machine = openMachine({ cluster, clock })
  machine.session.userId = 'ada'
  const engine = machine.open()
  await clock.advance(100)
  const hall = engine.open('hall')
  await clock.advance(100)
  return { clock, cluster, machine, engine, hall }
}

let spoken = 0
/** Somebody else says something, somewhere else. */
export function say(cluster: FakeCluster, roomId: string, authorId: string, body: string) {
  const [message] = cluster.rooms.send([{ roomId, id: `said-${++spoken}`, authorId, body }])
  if (message === undefined) throw new Error('unable to say it')
  return message
}

/** Rows as a person reads them: bodies, drafts with their state, gaps. */
export function read(rows: readonly Row[]): string[] {
  return rows.map((row) => {
    if (row.kind === 'message') return row.message.body ?? '(deleted)'
    if (row.kind === 'draft') return `${row.draft.body} (${row.draft.state})`
    return `gap ${row.from}-${row.to}`
  })
}

export type { Machine }
