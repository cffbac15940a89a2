/** The people of a run: accounts, rooms and engines, as many pages as a crowd would have open. */
import type { Room, User } from '#protocol/wire.ts'
import { type Clock, systemClock } from '../../../client/engine/clock.ts'
import { openDisk } from '../../../client/engine/disk.ts'
import { openEngine } from '../../../client/engine/engine.ts'
import type { Engine } from '../../../client/engine/face.ts'
import { type Fetch, openHttp } from '../../../client/engine/http.ts'
import { mintId } from '../../../client/engine/id.ts'
import { openLink } from '../../../client/engine/link.ts'
import { openConnect } from '../../../client/engine/link-socket.ts'
import { openSoleTab } from '../../../client/engine/tabs.ts'
import { openMemoryVault, type Vault } from '../../../client/engine/vault.ts'
import { openSeeded } from '../../kit/seeded.ts'
import { openPerson, type Person } from './person.ts'
import type { Recorder } from './recorder.ts'

/** One browser: its cookies and its disk outlive every page. */
type Browser = { fetch: Fetch; cookie: () => string; vault: Vault; clock: Clock }

type Needs = { url: string; people: number; rooms: number; seed: number; recorder: Recorder }

const password = 'a password of the chaos tool'

function openBrowser(url: string, skewMs = 0): Browser {
  let cookie = ''
  return {
    cookie: () => cookie,
    vault: openMemoryVault(),
    clock: { ...systemClock, now: () => systemClock.now() + skewMs },
    async fetch(address, init) {
      const headers = { ...init.headers, origin: url, ...(cookie === '' ? {} : { cookie }) }
      const response = await fetch(address, { ...init, headers })
      cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
      return response
    },
  }
}

/** A page in that browser: a new engine, which finds what the last one left on the disk. */
function openPage(url: string, { fetch, cookie, vault, clock }: Browser): Engine {
  const connect = openConnect({ url, clock, cookie })
  return openEngine({
    http: openHttp({ url, fetch, clock }),
    openLink: (told) => openLink({ connect, clock, random: Math.random, ...told }),
    openDisk: async () => openDisk(vault),
    tabs: openSoleTab('chaos'),
    clock,
    random: Math.random,
    newId: mintId,
  })
}

/** Resolves with everybody signed in and listening in their rooms; the first of them owns every room. */
export async function openCrowd({
  url,
  people,
  rooms,
  seed,
  recorder,
}: Needs): Promise<{ persons: Person[]; roomIds: string[] }> {
  const run = Math.floor(Math.random() * 1e9).toString(36)
  const members: { user: User; browser: Browser }[] = []
  for (let index = 0; index < people; index += 1) {
    const skewMs = index % 5 === 0 ? openSeeded(seed + index).between(-600_000, 600_000) : 0
    const browser = openBrowser(url, skewMs)
    const username = `chaos-${run}-${index + 1}`
    const { user } = await ask<{ user: User }>(url, browser, '/api/users', { username, password })
    members.push({ user, browser })
  }
  const [first] = members
  if (first === undefined) throw new Error('unable to make a crowd; it has nobody')
  const roomIds: string[] = []
  const memberIds = members.map(({ user }) => user.id)
  for (let index = 0; index < rooms; index += 1) {
    const title = `Chaos ${run} ${index + 1}`
    const { room } = await ask<{ room: Room }>(url, first.browser, '/api/rooms', { kind: 'private', title, memberIds })
    roomIds.push(room.id)
  }
  const persons = await Promise.all(
    members.map(({ user, browser }, index) =>
      openPerson({
        who: { client: user.username, userId: user.id },
        roomIds,
        boot: async () => openPage(url, browser),
        recorder,
        chance: openSeeded(seed + 1_000 + index),
      }),
    ),
  )
  return { persons, roomIds }
}

async function ask<Value>(url: string, browser: Browser, path: string, body: unknown): Promise<Value> {
  const http = openHttp({ url, fetch: browser.fetch, clock: browser.clock })
  const answer = await http<Value>('POST', path, body)
  if (!answer.ok) throw new Error(`unable to set the scene; ${path} answered ${answer.code}: ${answer.detail}`)
  return answer.value
}
