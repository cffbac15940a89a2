/** Whether a service answers, as the probes know it. */
import { expect, test } from 'vitest'
import { openPulse } from '../../server/kit/pulse.ts'
import { openManualClock } from '../kit/manual-clock.ts'

test('a service counts as there from its first answer until it missed two in a row', async () => {
  const clock = openManualClock()
  const service = { ping: (): Promise<void> => Promise.reject(new Error('no answer')) }
  const pulse = openPulse({ clock, ping: () => service.ping() })
  await clock.advance(0)
  expect(pulse.beats()).toBe(false)
  service.ping = () => Promise.resolve()
  await clock.advance(1_000)
  expect(pulse.beats()).toBe(true)
  service.ping = () => Promise.reject(new Error('no answer'))
  await clock.advance(1_000)
  expect(pulse.beats()).toBe(true)
  await clock.advance(1_000)
  expect(pulse.beats()).toBe(false)
  await pulse.close()
})
