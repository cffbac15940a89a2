import { expect, test } from 'vitest'
import type { RefusalCode } from '#protocol/refusals.ts'
import { refused } from '../../../client/engine/answer.ts'
import { openDoor } from '../../../client/engine/door.ts'
import type { Http } from '../../../client/engine/http.ts'
import { openManualClock } from '../../kit/manual-clock.ts'

const ada = { username: 'ada', password: 'a horse' }
const user = { id: '1', username: 'ada', displayName: 'Ada' }

/** A door where each knock is answered by the next of `answers`; the last one for ever. */
function openEntrance(answers: readonly ('in' | RefusalCode)[]) {
  const clock = openManualClock()
  const asked: string[] = []
  const http: Http = async <Value>(method: string, path: string) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? 'in'
    asked.push(`${method} ${path}`)
    return answer === 'in' ? { ok: true, value: { user } as Value } : refused(answer)
  }
  return { door: openDoor({ http, clock, random: () => 0.5 }), asked, clock }
}

test('signing in outlives an outage of some seconds', async () => {
  const { door, asked, clock } = openEntrance(['unavailable', 'draining', 'in'])
  const entering = door.signIn(ada)
  await clock.advance(5_000)
  expect(await entering).toEqual({ ok: true, value: { user } })
  expect(asked).toHaveLength(3)
})

test('a wrong password is told at once, and so is a request to slow down', async () => {
  for (const code of ['signed-out', 'slow-down'] as const) {
    const { door, asked } = openEntrance([code, 'in'])
    expect(await door.signIn(ada)).toMatchObject({ ok: false, code })
    expect(asked).toHaveLength(1)
  }
})

test('patience ends after 20 s', async () => {
  const { door, clock } = openEntrance(['unavailable'])
  const entering = door.signIn(ada)
  await clock.advance(29_000)
  expect(await entering).toMatchObject({ ok: false, code: 'unavailable' })
})

test('a name that our own lost request has taken is entered with the same password', async () => {
  const { door, asked, clock } = openEntrance(['unavailable', 'username-taken', 'in'])
  const entering = door.signUp(ada)
  await clock.advance(5_000)
  expect((await entering).ok).toBe(true)
  expect(asked).toEqual(['POST /api/users', 'POST /api/users', 'POST /api/session'])
})

test('a name that somebody else has stays taken, in doubt or not', async () => {
  const straight = openEntrance(['username-taken'])
  expect(await straight.door.signUp(ada)).toMatchObject({ ok: false, code: 'username-taken' })
  const doubtful = openEntrance(['unavailable', 'username-taken', 'signed-out'])
  const entering = doubtful.door.signUp(ada)
  await doubtful.clock.advance(5_000)
  expect(await entering).toMatchObject({ ok: false, code: 'username-taken' })
})
