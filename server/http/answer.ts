/** What a handler gives back instead of touching the response: one shape, sent in one place. */
import type { Request, RequestHandler, Response } from 'express'
import type { z } from 'zod'
import { Refusal } from '../kit/refusal.ts'

/** `bytes` are JSON that is sent as it is; without them and without a `body` the answer is empty. */
export type Answer = { status: number; body?: object; bytes?: Buffer; headers?: Record<string, string> }

export const ok = (body: object): Answer => ({ status: 200, body })
export const created = (body: object): Answer => ({ status: 201, body })
export const accepted = (body: object): Answer => ({ status: 202, body })
export const done: Answer = { status: 204 }

const jsonOf = ({ length }: Buffer) => ({
  'Content-Type': 'application/json; charset=utf-8',
  'Content-Length': String(length),
})

/** A handler for Express; what it throws reaches `refuse`. */
export function answering(work: (request: Request, response: Response) => Promise<Answer>): RequestHandler {
  return async (request, response) => {
    const { status, body, bytes, headers = {} } = await work(request, response)
    response.status(status).set(headers)
    // Express would copy it once more
    if (bytes !== undefined) response.set(jsonOf(bytes)).end(bytes)
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
