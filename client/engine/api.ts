/** What is asked over HTTP, by name. */
import type { ClusterView, Device } from '#protocol/panel.ts'
import type { Answer, Member, Message, Preferences, Room, User } from '#protocol/wire.ts'
import { refused } from './answer.ts'
import type { Api } from './face.ts'
import type { Http } from './http.ts'

const word = encodeURIComponent

async function pick<Value, Key extends keyof Value>(
  asking: Promise<Answer<Value>>,
  key: Key,
): Promise<Answer<Value[Key]>> {
  const answer = await asking
  return answer.ok ? { ok: true, value: answer.value[key] } : answer
}

export function openApi(http: Http): Api {
  const memberPath = (roomId: string, userId: string) => `/api/rooms/${word(roomId)}/members/${word(userId)}`
  return {
    publicRooms: (q) => pick(http<{ rooms: Room[] }>('GET', `/api/rooms/public?q=${word(q)}`), 'rooms'),
    createRoom: (input) => pick(http<{ room: Room }>('POST', '/api/rooms', input), 'room'),
    roomWithMembers: (roomId) => http<{ room: Room; members: Member[] }>('GET', `/api/rooms/${word(roomId)}`),
    changeRoom: (roomId, change) => http('PATCH', `/api/rooms/${word(roomId)}`, change),
    async message(roomId, seq) {
      const path = `/api/rooms/${word(roomId)}/messages?before=${seq + 1}&limit=1`
      const answer = await http<{ messages: Message[] }>('GET', path)
      if (!answer.ok) return answer
      const [message] = answer.value.messages
      return message?.seq === seq ? { ok: true, value: message } : refused('not-found', true)
    },
    pins: (roomId) => pick(http<{ messages: Message[] }>('GET', `/api/rooms/${word(roomId)}/pins`), 'messages'),
    joinRoom: (roomId) => http('PUT', memberPath(roomId, 'me'), {}),
    leaveRoom: (roomId) => http('DELETE', memberPath(roomId, 'me'), {}),
    putMember: (roomId, userId, role) => http('PUT', memberPath(roomId, userId), role === undefined ? {} : { role }),
    removeMember: (roomId, userId) => http('DELETE', memberPath(roomId, userId), {}),
    setPreferences: (roomId, change) => http<Preferences>('PATCH', `/api/rooms/${word(roomId)}/me`, change),
    block: (userId, on) => http(on ? 'PUT' : 'DELETE', `/api/blocks/${word(userId)}`, {}),
    findUsers: (q) => pick(http<{ users: User[] }>('GET', `/api/users?q=${word(q)}`), 'users'),
    devices: () => pick(http<{ sessions: Device[] }>('GET', '/api/sessions'), 'sessions'),
    endDevice: (handle) => http('DELETE', `/api/sessions/${word(handle)}`, {}),
    changeMe: (change) => pick(http<{ user: User }>('PATCH', '/api/users/me', change), 'user'),
    changePassword: (current, next) => http('POST', '/api/users/me/password', { current, next }),
    cluster: () => http<ClusterView>('GET', '/api/cluster'),
    order: (node, verb) => http('POST', `/api/cluster/nodes/${word(node)}/${verb}`, {}),
    rebalance: () => pick(http<{ nodes: string[] }>('POST', '/api/cluster/rebalance', {}), 'nodes'),
  }
}
