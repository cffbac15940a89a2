/** What a handler gives back instead of touching the response: one shape, sent in one place. */
import type { Request, RequestHandler, Response } from 'express'
import type { z } from 'zod'
import { Refusal } from '../kit/refusal.ts'

/** `bytes` are pieces of JSON that are sent as they are; without them and without a `body` the answer is empty. */
export type Answer = { status: number; body?: object; bytes?: readonly Buffer[]; headers?: Record<string, string> }

export const ok = (body: object): Answer => ({ status: 200, body })
export const created = (body: object): Answer => ({ status: 201, body })
export const accepted = (body: object): Answer => ({ status: 202, body })
export const done: Answer = { status: 204 }

/** Express would make one of them, and copy that once more. */
function send(response: Response, bytes: readonly Buffer[]): void {
  const length = bytes.reduce((sum, piece) => sum + piece.length, 0)
  response.set({ 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': String(length) })
  response.cork()
  for (const piece of bytes) response.write(piece)
  response.end()
  response.uncork()
}

/** A handler for Express; what it throws reaches `refuse`. */
export function answering(work: (request: Request, response: Response) => Promise<Answer>): RequestHandler {
  return async (request, response) => {
    const { status, body, bytes, headers = {} } = await work(request, response)
    response.status(status).set(headers)
    if (bytes !== undefined) send(response, bytes)
    else if (body === undefined) response.end()
    else response.json(body)
  }
}

/** What was sent, parsed; refuses `bad-input` with the place of the first fault and never with the value. [X2] */
export function parse<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.map(String).join('.') || 'the input'
  throw new Refusal('bad-input', { detail: `${place}: ${issue?.message ?? 'is not of the expected form'}` })
}
