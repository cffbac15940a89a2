/** What chaos does to machines and to clusters it does not know: an instrument that only pretends would prove nothing. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Connection, Heard, Loss } from '../../client/engine/link.ts'
import { openManualClock } from '../kit/manual-clock.ts'
import { commandFaults, pairUp } from '../tools/chaos/fault-commands.ts'
import { openSleeper } from '../tools/chaos/sleeper.ts'

function openBed() {
  const clock = openManualClock()
  const sleeper = openSleeper(clock)
  const losses: Loss[] = []
  let closed = 0
  let break_: (loss: Loss) => void = () => {}
  const connection: Connection = { call: async () => null, heardAt: () => 0, close: () => void closed++ }
  const connect = sleeper.connect(({ onLost }) => {
    break_ = onLost
    return connection
  })
  const open = () => connect({ pollingFirst: false, heard: {} as Heard, onLost: (loss) => losses.push(loss) })
  return { clock, sleeper, losses, open, closed: () => closed, breakIt: () => break_({ timedOut: false }) }
}

test('whatever was due while a machine slept happens when it wakes, unless it was called off', async () => {
  const { clock, sleeper } = openBed()
  const rung: string[] = []
  sleeper.clock.after(100, () => rung.push('kept'))
  const cancel = sleeper.clock.after(100, () => rung.push('called off'))
  sleeper.sleep()
  await clock.advance(5_000)
  expect(rung).toEqual([])
  cancel()
  sleeper.wake()
  expect(rung).toEqual(['kept'])
  sleeper.clock.after(10, () => rung.push('awake'))
  await clock.advance(10)
  expect(rung).toEqual(['kept', 'awake'])
})

test('a connection does not outlive a sleep, and the page learns of it only when it wakes', () => {
  const { sleeper, losses, open, closed } = openBed()
  open()
  sleeper.sleep()
  expect({ closed: closed(), losses }).toEqual({ closed: 1, losses: [] })
  sleeper.wake()
  expect(losses).toEqual([{ timedOut: false }])
})

test('a connection that was closed, or had broken before, is not lost once more', () => {
  const { sleeper, losses, open, breakIt } = openBed()
  open().close()
  open()
  breakIt()
  expect(losses).toHaveLength(1)
  sleeper.sleep()
  sleeper.wake()
  expect(losses).toHaveLength(1)
})

test('the commands of a stranger’s cluster are run in pairs, and one that fails says why', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-'))
  try {
    const path = join(folder, 'said')
    const [fault] = commandFaults(pairUp([`echo killed >> ${path}`], [`echo started >> ${path}`]))
    await fault?.begin()
    await fault?.end()
    expect(await readFile(path, 'utf8')).toBe('killed\nstarted\n')
    const [broken] = commandFaults(pairUp(['echo no such node >&2; exit 3'], ['true']))
    await expect(broken?.begin()).rejects.toThrow('it ended with 3: no such node')
    expect(() => pairUp(['one'], [])).toThrow('each needs its own')
  } finally {
    await rm(folder, { recursive: true })
  }
})
