/** What befalls people: their pages reload, their machines sleep, they are put out of rooms, their devices are revoked. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Answer } from '#protocol/wire.ts'
import { must } from '../../../server/kit/must.ts'
import type { Seeded } from '../../kit/seeded.ts'
import type { Member } from './crowd.ts'
import type { Fault } from './fault.ts'
import { insist } from './insist.ts'
import type { Recorder } from './recorder.ts'

type Needs = { members: readonly Member[]; recorder: Recorder; chance: Seeded }

export function peopleFaults({ members, recorder, chance }: Needs): Fault[] {
  const [first, ...others] = members
  const owner = must(first, 'somebody owns the rooms')
  const some = (from: readonly Member[]) => chance.shuffle(from).slice(0, Math.ceil(from.length * 0.3))
  let out: { roomId: string; userId: string }[] = []

  /** Only a moment in which they were in for sure, and one in which they were out, can be judged. */
  async function putOut(at: { roomId: string; userId: string }): Promise<void> {
    const ask = async () => gone(await owner.engine().removeMember(at.roomId, at.userId))
    await insist('put somebody out', ask)
    recorder.note({ type: 'barred', ...at })
  }

  async function letIn(at: { roomId: string; userId: string }): Promise<void> {
    recorder.note({ type: 'admitted', ...at })
    await insist('let somebody in', () => owner.engine().putMember(at.roomId, at.userId))
  }

  return [
    {
      name: 'reload some pages',
      lastsMs: [500, 2_000],
      async begin() {
        await Promise.all(some(members).map((member) => member.reload()))
      },
      async end() {},
    },
    {
      name: 'some people sleep',
      lastsMs: [0, 500],
      async begin() {
        await Promise.all(some(members).map((member) => member.nap(() => pause(chance.between(1_000, 5_000)))))
      },
      async end() {},
    },
    {
      name: 'some pages open again later',
      lastsMs: [0, 500],
      async begin() {
        await Promise.all(some(members).map((member) => member.reload(() => pause(chance.between(1_000, 5_000)))))
      },
      async end() {},
    },
    {
      name: 'some clocks jump',
      lastsMs: [500, 2_000],
      async begin() {
        for (const member of some(members)) member.turnClock(chance.between(-600_000, 600_000))
      },
      async end() {},
    },
    {
      name: 'put some people out',
      lastsMs: [3_500, 5_000],
      async begin() {
        out = some(others).map(({ userId, roomIds }) => ({ userId, roomId: chance.pick(roomIds) }))
        for (const at of out) await putOut(at)
      },
      async end() {
        for (const at of out) await letIn(at)
      },
    },
    {
      name: 'revoke some devices',
      lastsMs: [0, 500],
      async begin() {
        await Promise.all(some(others).map((member) => member.loseSession(() => pause(chance.between(3_000, 4_000)))))
      },
      async end() {},
    },
  ]
}

/** Who is no member any more was put out by the attempt before. */
function gone(answer: Answer<unknown>): Answer<unknown> {
  return !answer.ok && answer.code === 'not-found' ? { ok: true, value: {} } : answer
}
