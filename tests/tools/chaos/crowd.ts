/** The people of a run: accounts, rooms and engines, as many pages as a crowd would have open. */
import type { Answer, User } from '#protocol/wire.ts'
import { openSeeded } from '../../kit/seeded.ts'
import { type Account, type Browser, openBrowser } from './browser.ts'
import { insist } from './insist.ts'
import { openPerson, type Person } from './person.ts'
import { type Recorder, until } from './recorder.ts'
import { endOtherDevices } from './second-device.ts'

type Needs = { url: string; people: number; rooms: number; seed: number; reads?: number; recorder: Recorder }

/** Somebody in the crowd, and what can be done to them. */
export type Member = Person & {
  roomIds: readonly string[]
  readPage: Browser['readPage']
  turnClock: Browser['turnClock']
  /** Asks past the engine. */
  ask: <Value>(path: string) => Promise<Answer<Value>>
  /** The machine sleeps through `meanwhile`, with its page open. */
  nap(meanwhile: () => Promise<void>): Promise<void>
  /** Loses the session to another device of theirs, and signs in again after `meanwhile`. [S2] */
  loseSession(meanwhile: () => Promise<void>): Promise<void>
}

/** Rooms that one person is in, at most: nobody reads twenty at once. */
const roomsEach = 6

/** Resolves with everybody signed in, online and listening in their rooms; the first of them owns every room and is in all. */
export async function openCrowd({ url, people, rooms, seed, reads, recorder }: Needs): Promise<Member[]> {
  const run = Math.floor(Math.random() * 1e9).toString(36)
  const members: { user: User; browser: Browser; account: Account; roomIds: string[] }[] = []
  for (let index = 0; index < people; index += 1) {
    const skewMs = index % 5 === 0 ? openSeeded(seed + index).between(-600_000, 600_000) : 0
    const browser = openBrowser(url, skewMs)
    const account = { username: `chaos-${run}-${index + 1}`, password: 'a password of the chaos tool' }
    members.push({ user: await browser.signUp(account), browser, account, roomIds: [] })
  }
  const [owner] = members
  if (owner === undefined) throw new Error('unable to make a crowd; it has nobody')
  for (let index = 0; index < rooms; index += 1) {
    const isIn = (person: number) => person === 0 || (index - person + people * rooms) % rooms < roomsEach
    const mine = members.filter((_, person) => isIn(person))
    const title = `Chaos ${run} ${index + 1}`
    const { id } = await owner.browser.createRoom(
      title,
      mine.map(({ user }) => user.id),
    )
    for (const { roomIds } of mine) roomIds.push(id)
  }
  return await Promise.all(
    members.map(async ({ user, browser, account, roomIds }, index) => {
      const person = await openPerson({
        who: { client: user.username, userId: user.id },
        roomIds,
        ...(reads === undefined ? {} : { reads }),
        boot: async () => browser.openPage(),
        readPage: browser.readPage,
        recorder,
        chance: openSeeded(seed + 1_000 + index),
      })
      await until(person.engine().link, ({ state }) => state === 'online')
      return {
        ...person,
        roomIds,
        readPage: browser.readPage,
        turnClock: browser.turnClock,
        ask: (path) => browser.http('GET', path),
        nap: (meanwhile) =>
          person.sleep(async () => {
            browser.sleep()
            await meanwhile()
            browser.wake()
          }),
        loseSession: (meanwhile) =>
          person.signInAnew({
            revoke: () => endOtherDevices(url, account),
            signIn: async (engine) => void (await insist('sign in again', () => engine.signIn(account))),
            meanwhile,
          }),
      }
    }),
  )
}
