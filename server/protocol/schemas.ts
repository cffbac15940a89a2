/** Every input of both doors, parsed; nothing a peer sent is touched before it went through here. [X2] */
import { z } from 'zod'
import { limits } from './limits.ts'
import { orderVerbs } from './panel.ts'

/** Text a database can hold and every peer can show: well-formed, without NUL. [L8] */
const text = (min: number, max: number) =>
  z
    .string()
    .min(min)
    .max(max)
    .refine((value) => value.isWellFormed() && !value.includes('\u0000'), 'is not well-formed text')

/** Below the largest integer a database column holds, with room to reckon by pages from there. */
const highest = 2_000_000_000
const counter = z.int().min(1).max(highest)
/** A counter that may not have begun. */
const position = z.int().min(0).max(highest)
const roomId = z.uuid().toLowerCase()
const userId = z.uuid().toLowerCase()
const messageId = z.uuid().toLowerCase()
const body = text(1, limits.bodyLength).refine((value) => value.trim() !== '', 'is blank')
const oneEmoji = /^(?:\p{RGI_Emoji}|\p{Extended_Pictographic})$/v
oneEmoji.test('👍') // compiles it, which takes 35 ms: the first reaction would hold up everybody
/** One emoji as people see it, and no words in its place. */
const emoji = z.string().max(limits.emojiLength).regex(oneEmoji, 'is not an emoji')
const title = text(1, limits.titleLength).refine((value) => value.trim() !== '', 'is blank')
const displayName = text(1, limits.displayNameLength).refine((value) => value.trim() !== '', 'is blank')
const username = z
  .string()
  .min(limits.usernameMin)
  .max(limits.usernameMax)
  .regex(/^[a-z0-9_.-]+$/)
const password = text(limits.passwordMin, limits.passwordMax)

const page = z.strictObject({
  before: counter.exactOptional(),
  after: position.exactOptional(),
  around: counter.exactOptional(),
  limit: z.int().min(1).max(limits.pageMax).exactOptional(),
})
const oneDirection = (input: z.infer<typeof page>) =>
  [input.before, input.after, input.around].filter((bound) => bound !== undefined).length <= 1

export const calls = {
  'message:send': z.strictObject({ roomId, id: messageId, body, replyTo: counter.exactOptional() }),
  'message:edit': z.strictObject({ roomId, seq: counter, body, onRev: counter.exactOptional() }),
  'message:delete': z.strictObject({ roomId, seq: counter }),
  'message:react': z.strictObject({ roomId, seq: counter, emoji, on: z.boolean() }),
  'message:pin': z.strictObject({ roomId, seq: counter, on: z.boolean() }),
  'room:resume': z.strictObject({
    roomId,
    epoch: z.string().max(64),
    rev: position,
    atLeast: position.exactOptional(),
  }),
  'room:page': page.extend({ roomId }).refine(oneDirection, 'takes one direction'),
  'room:read': z.strictObject({ roomId, seq: position }),
  'room:unread': z.strictObject({ roomId, seq: position }),
  'member:typing': z.strictObject({ roomId }),
} as const

/** What a client says of itself in the handshake. */
export const handshake = z.object({ protocol: z.int() })

const numeric = z
  .string()
  .regex(/^\d{1,10}$/)
  .transform(Number)

export const requests = {
  signUp: z.strictObject({ username, password, displayName: displayName.exactOptional() }),
  signIn: z.strictObject({ username: z.string().min(1).max(64), password: z.string().min(1).max(limits.passwordMax) }),
  changeMe: z.strictObject({
    displayName: displayName.exactOptional(),
    status: text(0, limits.statusLength)
      .transform((value) => value.trim())
      .exactOptional(),
  }),
  changePassword: z.strictObject({ current: z.string().min(1).max(limits.passwordMax), next: password }),
  findUsers: z.union([
    z.strictObject({
      ids: z
        .string()
        .transform((value) => value.split(','))
        .pipe(z.array(userId).min(1).max(limits.usersAtOnce)),
    }),
    z.strictObject({ q: text(0, 64) }),
  ]),
  findRooms: z.strictObject({ q: text(0, limits.titleLength).exactOptional() }),
  createRoom: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.enum(['public', 'private']),
      title,
      topic: text(0, limits.topicLength).exactOptional(),
      memberIds: z.array(userId).max(limits.membersAtOnce).exactOptional(),
    }),
    z.strictObject({
      kind: z.literal('direct'),
      memberIds: z
        .array(userId)
        .min(1)
        .max(limits.directMembers - 1),
    }),
  ]),
  changeRoom: z.strictObject({
    title: title.exactOptional(),
    topic: text(0, limits.topicLength).exactOptional(),
    archived: z.boolean().exactOptional(),
  }),
  changePreferences: z.strictObject({
    favourite: z.boolean().exactOptional(),
    muted: z.boolean().exactOptional(),
  }),
  putMember: z.strictObject({ role: z.enum(['owner', 'member']).exactOptional() }),
  page: z
    .strictObject({
      before: numeric.pipe(counter).exactOptional(),
      after: numeric.pipe(position).exactOptional(),
      around: numeric.pipe(counter).exactOptional(),
      limit: numeric.pipe(z.int().min(1).max(limits.pageMax)).exactOptional(),
    })
    .refine(oneDirection, 'takes one direction'),
  sendMessage: z.strictObject({ id: messageId.exactOptional(), body, replyTo: counter.exactOptional() }),
  editMessage: z.strictObject({ body, onRev: counter.exactOptional() }),
} as const

const memberId = z.union([userId, z.literal('me')])
const seq = numeric.pipe(counter)

/** The variable parts of a path. `me` stands for the caller where a user is named. */
export const paths = {
  user: z.object({ userId: memberId }),
  person: z.object({ userId }),
  order: z.object({ name: z.string().regex(/^[\w.-]{1,64}$/), order: z.enum(orderVerbs) }),
  device: z.object({ handle: z.string().regex(/^[\w-]{8,64}$/) }),
  room: z.object({ roomId }),
  member: z.object({ roomId, userId: memberId }),
  message: z.object({ roomId, seq }),
  reaction: z.object({ roomId, seq, emoji }),
} as const
