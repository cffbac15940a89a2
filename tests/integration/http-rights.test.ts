/** Who may do what: every cell of the table, over HTTP. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Member, Message, Room } from '#protocol/wire.ts'
import { openNodes, type TestNodes } from '../kit/nodes.ts'
import { createRoom, type Person, signUp } from '../kit/visitor.ts'

/** `author` and `member` are plain members; `adminIn` is an admin who is a member, `admin` one who is not. */
type Who = 'owner' | 'author' | 'member' | 'adminIn' | 'admin' | 'stranger'
type Kind = Room['kind'] & ('public' | 'private' | 'direct')

let cluster: TestNodes
let people: Record<Who, Person>

beforeAll(async () => {
  cluster = await openNodes(2, { ADMINS: 'root-in,root-out' })
  const [one = '', two = ''] = cluster.origins
  people = {
    owner: await signUp(one),
    author: await signUp(two),
    member: await signUp(one),
    adminIn: await signUp(two, 'root-in'),
    admin: await signUp(one, 'root-out'),
    stranger: await signUp(two),
  }
})
afterAll(() => cluster.close())

async function openRoom(kind: Kind): Promise<Room> {
  const { owner, author, member, adminIn } = people
  if (kind !== 'direct') return createRoom(owner, kind, [author, member, adminIn])
  const newcomer = await signUp(owner.origin) // a direct room exists once per set of members
  const memberIds = [author, member, adminIn, newcomer].map(({ user }) => user.id)
  const { body } = await owner.post<{ room: Room }>('/api/rooms', { kind, memberIds })
  return body.room
}

type Scene = { room: Room; path: string; seq: number; newcomer: Person }

/** A room with a message of the author's, and somebody who is nobody yet. */
async function openScene(kind: Kind): Promise<Scene> {
  const room = await openRoom(kind)
  const path = `/api/rooms/${room.id}`
  const { body } = await people.author.post<{ message: Message }>(`${path}/messages`, { body: 'as it was' })
  return { room, path, seq: body.message.seq, newcomer: people.stranger }
}

const acts: Record<string, (who: Person, scene: Scene) => Promise<{ status: number }>> = {
  read: (who, { path }) => who.get(`${path}/messages`),
  look: (who, { path }) => who.get(path),
  join: (who, { path }) => who.put(`${path}/members/me`),
  add: (who, { path }) => who.put(`${path}/members/${people.stranger.user.id}`),
  leave: (who, { path }) => who.delete(`${path}/members/me`),
  send: (who, { path }) => who.post(`${path}/messages`, { body: 'hi' }),
  react: (who, { path, seq }) => who.put(`${path}/messages/${seq}/reactions/👍`),
  pin: (who, { path, seq }) => who.put(`${path}/messages/${seq}/pin`),
  'see pins': (who, { path }) => who.get(`${path}/pins`),
  rename: (who, { path }) => who.patch(path, { title: 'renamed' }),
  archive: (who, { path }) => who.patch(path, { archived: true }),
  remove: (who, { path }) => who.delete(`${path}/members/${people.author.user.id}`),
  'give a role': (who, { path }) => who.put(`${path}/members/${people.author.user.id}`, { role: 'owner' }),
  edit: (who, { path, seq }) => who.patch(`${path}/messages/${seq}`, { body: 'edited' }),
  delete: (who, { path, seq }) => who.delete(`${path}/messages/${seq}`),
}

const everyone: Who[] = ['owner', 'author', 'member', 'adminIn', 'admin', 'stranger']
const inside: Who[] = ['owner', 'author', 'member', 'adminIn']

/** Who may; the others are `forbidden` where they may look, else `not-found`. */
const table: Record<Kind, Record<keyof typeof acts, Who[]>> = {
  public: {
    read: everyone,
    look: everyone,
    'see pins': everyone,
    join: everyone,
    leave: everyone, // whoever is not in has left

    send: inside,
    react: inside,
    pin: inside,
    rename: ['owner', 'adminIn', 'admin'],
    archive: ['owner', 'adminIn', 'admin'],
    remove: ['owner', 'author', 'adminIn', 'admin'],
    'give a role': ['owner', 'adminIn', 'admin'],
    edit: ['author'],
    delete: ['owner', 'author', 'adminIn', 'admin'],
  },
  private: {
    read: inside,
    look: inside,
    'see pins': inside,
    join: inside,
    add: inside,
    leave: inside,
    send: inside,
    react: inside,
    pin: inside,
    rename: ['owner', 'adminIn'],
    archive: ['owner', 'adminIn'],
    remove: ['owner', 'author', 'adminIn'],
    'give a role': ['owner', 'adminIn'],
    edit: ['author'],
    delete: ['owner', 'author'],
  },
  direct: {
    read: inside,
    look: inside,
    'see pins': inside,
    add: [],
    leave: [],
    send: inside,
    react: inside,
    pin: inside,
    rename: [],
    archive: [],
    remove: [],
    'give a role': [],
    edit: ['author'],
    delete: ['author'],
  },
}

const rows = Object.entries(table).flatMap(([kind, row]) =>
  Object.entries(row).map(([act, may]) => ({ kind: kind as Kind, act, may })),
)

test.each(rows)('[M3] $act in a $kind room: $may', async ({ kind, act, may }) => {
  for (const who of everyone) {
    const scene = await openScene(kind)
    const isInside = inside.includes(who)
    const refused = kind === 'public' || isInside ? 403 : 404
    const reply = await acts[act]?.(people[who], scene)
    if (may.includes(who)) expect([200, 201, 204], `${who} may`).toContain(reply?.status)
    else expect(reply, `${who} may not`).toMatchObject({ status: refused, body: { definite: true } })
  }
})

test('[M3] an archived room takes nothing new, but what was said can be taken back', async () => {
  const { path, seq } = await openScene('public')
  await people.owner.patch(path, { archived: true })
  expect((await people.author.post(`${path}/messages`, { body: 'late' })).status).toBe(403)
  expect((await people.author.patch(`${path}/messages/${seq}`, { body: 'late' })).status).toBe(403)
  expect((await people.author.put(`${path}/messages/${seq}/reactions/👍`)).status).toBe(403)
  expect((await people.author.put(`${path}/messages/${seq}/pin`)).status).toBe(403)
  expect((await people.author.delete(`${path}/messages/${seq}`)).status).toBe(200)
  expect((await people.owner.patch(path, { archived: false })).status).toBe(200)
  expect((await people.author.post(`${path}/messages`, { body: 'again' })).status).toBe(201)
})

test('[M3] a direct room exists once per set of members, whoever asks for it and how often', async () => {
  const { owner, member } = people
  const asked = [owner, member, owner, member].map((who) => {
    const other = who === owner ? member : owner
    return who.post<{ room: Room }>('/api/rooms', { kind: 'direct', memberIds: [other.user.id] })
  })
  const rooms = await Promise.all(asked)
  expect(new Set(rooms.map(({ status }) => status))).toEqual(new Set([201]))
  expect(new Set(rooms.map(({ body }) => body.room.id)).size).toBe(1)
})

test('[M3] an owner hands a room over and may then leave it', async () => {
  const { owner, member } = people
  const room = await createRoom(owner, 'private', [member])
  const path = `/api/rooms/${room.id}`
  const handed = await owner.put<{ room: Room; members: Member[] }>(`${path}/members/${member.user.id}`, {
    role: 'owner',
  })
  expect(handed.body.room.ownerId).toBe(member.user.id)
  expect(handed.body.members.map(({ role }) => role).sort()).toEqual(['member', 'owner'])
  expect((await owner.patch(path, { title: 'mine?' })).status).toBe(403)
  expect((await owner.delete(`${path}/members/me`)).status).toBe(204)
  expect((await owner.get(path)).status).toBe(404)
})
