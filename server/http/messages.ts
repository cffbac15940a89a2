/** Messages over HTTP: the same lanes, budgets and refusals as over the socket. */
import { randomUUIDv7 } from 'node:crypto'
import { Router } from 'express'
import { paths, requests } from '#protocol/schemas.ts'
import type { Message } from '#protocol/wire.ts'
import type { Budget } from '../cache/budget.ts'
import type { MessageLog, Write } from '../store/message-log.ts'
import { created, ok, parse } from './answer.ts'
import type { SignedIn } from './caller.ts'

export type MessageNeeds = {
  signedIn: SignedIn
  budget: Pick<Budget, 'spend'>
  lanes: { write(write: Write): Promise<{ message: Message }> }
  messageLog: Pick<MessageLog, 'pins'>
}

export function openMessages({ signedIn, budget, lanes, messageLog }: MessageNeeds): Router {
  const router = Router()

  /** Who may is settled where it cannot race: inside the commit. [M1] */
  async function write(userId: string, wanted: Write): Promise<{ message: Message }> {
    await budget.spend('sendUser', userId)
    const { message } = await lanes.write(wanted)
    return { message }
  }

  router.post(
    '/rooms/:roomId/messages',
    signedIn(async ({ userId }, request) => {
      const { roomId } = parse(paths.room, request.params)
      const draft = { id: randomUUIDv7(), ...parse(requests.sendMessage, request.body) }
      return created(await write(userId, { kind: 'send', roomId, authorId: userId, ...draft }))
    }),
  )

  router.patch(
    '/rooms/:roomId/messages/:seq',
    signedIn(async ({ userId, admin }, request) => {
      const at = parse(paths.message, request.params)
      const edit = parse(requests.editMessage, request.body)
      return ok(await write(userId, { kind: 'edit', ...at, userId, admin, ...edit }))
    }),
  )

  router.delete(
    '/rooms/:roomId/messages/:seq',
    signedIn(async ({ userId, admin }, request) => {
      const at = parse(paths.message, request.params)
      return ok(await write(userId, { kind: 'delete', ...at, userId, admin }))
    }),
  )

  for (const on of [true, false])
    router[on ? 'put' : 'delete'](
      '/rooms/:roomId/messages/:seq/reactions/:emoji',
      signedIn(async ({ userId }, request) => {
        const at = parse(paths.reaction, request.params)
        return ok(await write(userId, { kind: 'react', ...at, userId, on }))
      }),
    )

  for (const on of [true, false])
    router[on ? 'put' : 'delete'](
      '/rooms/:roomId/messages/:seq/pin',
      signedIn(async ({ userId }, request) => {
        const at = parse(paths.message, request.params)
        return ok(await write(userId, { kind: 'pin', ...at, userId, on }))
      }),
    )

  router.get(
    '/rooms/:roomId/pins',
    signedIn(async ({ userId }, request) => {
      const { roomId } = parse(paths.room, request.params)
      return ok({ messages: await messageLog.pins({ roomId, userId }) })
    }),
  )

  return router
}
