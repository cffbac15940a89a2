/** Machines whose time of day is set while the engine waits: what lasts is not measured by it. */
import { expect, test } from 'vitest'
import type { Answer } from '#protocol/wire.ts'
import { openCell } from '../../../client/engine/cell.ts'
import { openChange } from '../../../client/engine/changes.ts'
import type { LinkStatus } from '../../../client/engine/face.ts'
import { openPresence } from '../../../client/engine/presence.ts'
import { openReads } from '../../../client/engine/reads.ts'
import { openLinkStage } from '../../kit/link-stage.ts'
import { openManualClock } from '../../kit/manual-clock.ts'

const hourMs = 3_600_000
const away: Answer<never> = { ok: false, code: 'unavailable', detail: '', definite: true }

for (const byMs of [-hourMs, hourMs]) {
  test(`[A3] set by ${byMs} ms, whoever is refused looks for another node after 2 s all the same`, async () => {
    const { link, at, attempts, hello, clock } = openLinkStage()
    at(0).heard.hello(hello('node-1'))
    async function send(): Promise<void> {
      const asked = link.call('message:send', { roomId: 'hall', id: 'a', body: 'b' })
      at(0).answer(away)
      await asked
      await clock.advance(500)
    }
    await send()
    clock.set(byMs)
    for (let round = 0; round < 3; round++) await send()
    expect(attempts).toHaveLength(1)
    await send()
    expect(attempts).toHaveLength(2)
  })

  test(`[D1] set by ${byMs} ms, a node that drains is left by whoever came a second ago, and by nobody sooner`, async () => {
    const { link, at, attempts, hello, clock } = openLinkStage()
    at(0).heard.hello(hello('node-1'))
    clock.set(byMs)
    async function refuse(): Promise<void> {
      const asked = link.call('room:read', { roomId: 'hall', seq: 1 })
      at(0).answer({ ok: false, code: 'draining', detail: '', definite: true })
      await asked
    }
    await refuse()
    expect(attempts).toHaveLength(1)
    await clock.advance(1_000)
    await refuse()
    expect(attempts).toHaveLength(2)
  })

  test(`set by ${byMs} ms, a change is asked again for 15 s and no longer`, async () => {
    const clock = openManualClock()
    const link = openCell<LinkStatus>({ state: 'online', since: 0 })
    let asked = 0
    const change = openChange({
      call: () => {
        asked += 1
        return Promise.resolve({ ...away, retryInMs: 1_000 })
      },
      link,
      clock,
    })
    let isTold = false
    void change('message:edit', { roomId: 'hall', seq: 1, body: 'b' }).then(() => {
      isTold = true
    })
    await clock.advance(5_000)
    clock.set(byMs)
    await clock.advance(9_000)
    expect(isTold).toBe(false)
    await clock.advance(2_000)
    expect(isTold).toBe(true)
    expect(asked).toBeGreaterThan(10)
  })

  test(`set by ${byMs} ms, typing is told every 3 s, and reads every 2 s`, async () => {
    const clock = openManualClock()
    let typed = 0
    const presence = openPresence({ userId: 'ada', clock, tell: () => typed++ })
    let told = 0
    const call = () => {
      told += 1
      return Promise.resolve({ ok: true, value: {} } as never)
    }
    const standing = { lastRead: 0 }
    const setLastRead = (_roomId: string, seq: number) => Object.assign(standing, { lastRead: seq })
    const reads = openReads({ call, clock, rooms: { get: () => standing as never, setLastRead } })
    presence.typed()
    reads.seen('hall', 1)
    await clock.advance(1_000)
    clock.set(byMs)
    presence.typed()
    reads.seen('hall', 2)
    expect({ typed, told }).toEqual({ typed: 1, told: 1 })
    await clock.advance(2_200)
    presence.typed()
    expect({ typed, told }).toEqual({ typed: 2, told: 2 })
    presence.close()
    reads.close()
  })
}
