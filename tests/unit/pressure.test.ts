import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { openPressure } from '../../server/fanout/pressure.ts'

/** engine.io's socket as far as it is looked at: packets wait while the transport is not writable. */
function openEngine() {
  const told: string[] = []
  const engine = Object.assign(new EventEmitter(), { transport: { writable: true }, close: () => told.push('close') })
  const watch = openPressure<string>({
    onBehind: (reader) => told.push(`${reader} behind`),
    onCaughtUp: (reader) => told.push(`${reader} caught up`),
    onGivenUp: (reader) => told.push(`${reader} given up`),
  })
  watch(engine as unknown as Parameters<typeof watch>[0], 'ann')
  return {
    told,
    write: (data?: string) => engine.emit('packetCreate', { data }),
    block: () => Object.assign(engine.transport, { writable: false }),
    /** As engine.io does it: told before the transport takes it all, and after. */
    flush() {
      engine.emit('flush')
      told.push('sent')
      engine.emit('drain')
    },
  }
}

test('[A3] what goes out at once is never too much', () => {
  const engine = openEngine()
  for (let count = 0; count < 10; count += 1) engine.write('x'.repeat(4_000_000))
  expect(engine.told).toEqual([])
})

test('[A3] a reader that falls behind is spared, once, until it catches up', () => {
  const engine = openEngine()
  engine.block()
  for (let count = 0; count < 64; count += 1) engine.write('short')
  expect(engine.told).toEqual([])
  for (let count = 0; count < 64; count += 1) engine.write()
  expect(engine.told).toEqual(['ann behind'])
  engine.flush()
  engine.flush()
  expect(engine.told).toEqual(['ann behind', 'sent', 'ann caught up', 'sent'])
  engine.write('x'.repeat(300_000))
  expect(engine.told.at(-1)).toBe('ann behind')
})

test('[A3] a reader that takes nothing is given up before it costs more than its bound, in bytes or in frames', () => {
  const [heavy, busy] = [openEngine(), openEngine()]
  heavy.block()
  for (let count = 0; count < 32; count += 1) heavy.write('x'.repeat(256 * 1024))
  expect(heavy.told).toEqual(['ann behind'])
  heavy.write('x')
  expect(heavy.told).toEqual(['ann behind', 'ann given up', 'close'])
  busy.block()
  for (let count = 0; count <= 4_096; count += 1) busy.write('x')
  expect(busy.told).toEqual(['ann behind', 'ann given up', 'close'])
})
