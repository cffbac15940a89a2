/** Tabs on the Web Locks of Node, which are those of browsers. */
import { afterEach, expect, test } from 'vitest'
import { openOutbox } from '../../../client/engine/outbox.ts'
import { openShelf } from '../../../client/engine/shelf.ts'
import { openLockedTabs, openSoleTab, type Tabs } from '../../../client/engine/tabs.ts'
import { openMemoryVault, type Vault } from '../../../client/engine/vault.ts'
import { eventually } from '../../kit/eventually.ts'
import { openManualClock } from '../../kit/manual-clock.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A tab whose drafts never get through, and what it shows of them. */
function openTab(vault: Vault, tabs: Tabs, startMs = 1_000) {
  const clock = openManualClock(startMs)
  let ids = 0
  const outbox = openOutbox({
    userId: 'ada',
    shelf: openShelf(vault, 'ada'),
    call: () => new Promise(() => {}),
    isOnline: () => true,
    tabs,
    clock,
    random: Math.random,
    newId: () => `${tabs.own}-${++ids}`,
    onChange: () => {},
    onSent: () => {},
  })
  return { outbox, shown: () => outbox.of('hall').map(({ body }) => body) }
}

function openLocked(own: string): Tabs & { die: () => void } {
  const releases: (() => void)[] = []
  const tabs = openLockedTabs(
    Object.assign(Object.create(navigator.locks), {
      request(name: string, options: LockOptions, work: () => Promise<void>) {
        const { promise, resolve } = Promise.withResolvers<void>()
        releases.push(resolve)
        return navigator.locks.request(name, options, () => Promise.race([work(), promise]))
      },
    }),
    own,
  )
  const die = () => {
    for (const release of releases) release()
  }
  closing.push(die)
  return { ...tabs, die }
}

test('the drafts of a living tab are its own; when it dies, another takes them over', async () => {
  const vault = openMemoryVault()
  const first = openLocked('first')
  const one = openTab(vault, first)
  one.outbox.put('hall', 'from the first')
  const two = openTab(vault, openLocked('second'), 2_000)
  await two.outbox.load()
  two.outbox.put('hall', 'from the second')
  await new Promise((resolve) => setImmediate(resolve))
  expect(two.shown()).toEqual(['from the second'])
  one.outbox.close()
  first.die()
  await eventually(() => expect(two.shown()).toEqual(['from the first', 'from the second']))
  const kept = await openShelf(vault, 'ada').drafts()
  expect(new Set(kept.map(({ tab }) => tab))).toEqual(new Set(['second']))
  two.outbox.close()
})

test('what a tab wrote that came later is taken over too, once it has died', async () => {
  const vault = openMemoryVault()
  const one = openTab(vault, openLocked('early'))
  await one.outbox.load()
  const late = openLocked('late')
  const two = openTab(vault, late, 2_000)
  two.outbox.put('hall', 'from the late one')
  await openShelf(vault, 'ada').drafts()
  two.outbox.close()
  late.die()
  expect(one.shown()).toEqual([])
  one.outbox.flushAll()
  await eventually(() => one.shown().join() === 'from the late one')
})

test('where there are no locks, whatever was left behind is taken over at once', async () => {
  const vault = openMemoryVault()
  const one = openTab(vault, openSoleTab('first'))
  one.outbox.put('hall', 'left behind')
  one.outbox.close()
  const two = openTab(vault, openSoleTab('second'))
  await two.outbox.load()
  await eventually(() => expect(two.shown()).toEqual(['left behind']))
  two.outbox.close()
})
