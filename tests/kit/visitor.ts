/** Somebody who speaks HTTP to the nodes as a browser would: a cookie jar, JSON, and an Origin of our own. */
import { randomUUID } from 'node:crypto'
import type { Room, User } from '#protocol/wire.ts'

export type Reply<Body> = { status: number; body: Body; headers: Headers; tookMs: number }

type Refused = { code?: string; definite?: boolean; retryInMs?: number; detail?: string }
type Asked = { body?: unknown; text?: string; headers?: Record<string, string> }

export const password = 'correct horse battery staple'

export type Visitor = ReturnType<typeof openVisitor>

/** `origin` may be changed at any time: the jar is good for every node. */
export function openVisitor(origin: string) {
  let cookie = ''

  async function ask<Body = Refused>(method: string, path: string, asked: Asked = {}): Promise<Reply<Body>> {
    const beganAt = performance.now()
    const text = asked.text ?? (asked.body === undefined ? undefined : JSON.stringify(asked.body))
    const isWrite = method !== 'GET'
    const response = await fetch(visitor.origin + path, {
      method,
      headers: {
        ...(cookie === '' ? {} : { cookie }),
        ...(isWrite ? { origin: visitor.origin } : {}),
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...asked.headers,
      },
      ...(text === undefined ? {} : { body: text }),
    })
    const said = await response.text()
    const set = response.headers.get('set-cookie')?.split(';')[0]
    if (set !== undefined) cookie = set
    // a test says what it expects and then looks whether it is so
    const body = (said.startsWith('{') ? JSON.parse(said) : said) as Body
    return { status: response.status, body, headers: response.headers, tookMs: performance.now() - beganAt }
  }

  const visitor = {
    origin,
    get cookie() {
      return cookie
    },
    set cookie(value: string) {
      cookie = value
    },
    ask,
    get: <Body = Refused>(path: string, asked?: Asked) => ask<Body>('GET', path, asked),
    post: <Body = Refused>(path: string, body: unknown, headers = {}) => ask<Body>('POST', path, { body, headers }),
    patch: <Body = Refused>(path: string, body: unknown) => ask<Body>('PATCH', path, { body }),
    put: <Body = Refused>(path: string, body?: unknown) => ask<Body>('PUT', path, { body }),
    delete: <Body = Refused>(path: string) => ask<Body>('DELETE', path),
  }
  return visitor
}

export type Person = Visitor & { user: User }

/** A new account, signed in. */
export async function signUp(origin: string, username = freshName()): Promise<Person> {
  const visitor = openVisitor(origin)
  const { status, body } = await visitor.post<{ user: User }>('/api/users', { username, password })
  if (status !== 201) throw new Error(`unable to sign up; ${status} ${JSON.stringify(body)}`)
  return Object.assign(visitor, { user: body.user })
}

export const freshName = () => `user-${randomUUID().slice(0, 13)}`

/** A new room of the person's. */
export async function createRoom(person: Visitor, kind: 'public' | 'private', members: Person[] = []): Promise<Room> {
  const memberIds = members.map(({ user }) => user.id)
  const { status, body } = await person.post<{ room: Room }>('/api/rooms', { kind, title: `${kind} room`, memberIds })
  if (status !== 201) throw new Error(`unable to make a room; ${status} ${JSON.stringify(body)}`)
  return body.room
}
