/** A browser without a window: its cookies and its disk outlive every page. */
import type { Page, Room, User } from '#protocol/wire.ts'
import { systemClock } from '../../../client/engine/clock.ts'
import { openDisk } from '../../../client/engine/disk.ts'
import { openEngine } from '../../../client/engine/engine.ts'
import type { Engine } from '../../../client/engine/face.ts'
import { type Http, openHttp } from '../../../client/engine/http.ts'
import { mintId } from '../../../client/engine/id.ts'
import { openLink } from '../../../client/engine/link.ts'
import { openConnect } from '../../../client/engine/link-socket.ts'
import { openSoleTab } from '../../../client/engine/tabs.ts'
import { openMemoryVault } from '../../../client/engine/vault.ts'
import { openSleeper } from './sleeper.ts'

export type Account = { username: string; password: string }

export type Browser = ReturnType<typeof openBrowser>

/** `wrongByMs`: how wrong its clock is. */
export function openBrowser(url: string, wrongByMs = 0) {
  let cookie = ''
  let skewMs = wrongByMs
  const vault = openMemoryVault()
  const sleeper = openSleeper({ ...systemClock, now: () => systemClock.now() + skewMs })
  const { clock, sleep, wake } = sleeper
  const http: Http = openHttp({
    url,
    clock,
    async fetch(address, init) {
      const headers = { ...init.headers, origin: url, ...(cookie === '' ? {} : { cookie }) }
      const response = await fetch(address, { ...init, headers })
      cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
      return response
    },
  })

  async function ask<Value>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Value> {
    const answer = await http<Value>(method, path, body)
    if (!answer.ok) throw new Error(`unable to set the scene; ${path} answered ${answer.code}: ${answer.detail}`)
    return answer.value
  }

  return {
    http,
    sleep,
    wake,
    /** From now on its clock is wrong by this much. */
    turnClock(byMs: number): void {
      skewMs = byMs
    },
    async signUp(account: Account): Promise<User> {
      return (await ask<{ user: User }>('POST', '/api/users', account)).user
    },
    async createRoom(title: string, memberIds: readonly string[]): Promise<Room> {
      return (await ask<{ room: Room }>('POST', '/api/rooms', { kind: 'private', title, memberIds })).room
    },
    /** A page of history as it is now, past the engine: null when it cannot be had. */
    async readPage(roomId: string, before: number | null): Promise<Page | null> {
      const query = before === null ? '' : `?before=${before}`
      const answer = await http<Page>('GET', `/api/rooms/${roomId}/messages${query}`)
      return answer.ok ? answer.value : null
    },
    /** A page in this browser: a new engine, which finds what the last one left on the disk. */
    openPage(): Engine {
      const connect = sleeper.connect(openConnect({ url, clock, cookie: () => cookie }))
      return openEngine({
        http,
        openLink: (told) => openLink({ connect, clock, random: Math.random, ...told }),
        openDisk: async () => openDisk(vault),
        tabs: openSoleTab('chaos'),
        clock,
        random: Math.random,
        newId: mintId,
      })
    },
  }
}
