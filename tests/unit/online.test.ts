import { expect, test } from 'vitest'
import { openOnline } from '../../server/cluster/online.ts'

function openTold() {
  const told: string[] = []
  const online = openOnline({ holdMs: 1_500, onChange: (userId) => told.push(`${userId} ${online.has(userId)}`) })
  return { online, told }
}

test('[P2] a user who hops from node to node was never away', () => {
  const { online, told } = openTold()
  online.add('node-1', ['ann'])
  online.remove('node-1', ['ann'], 1_000)
  online.release(2_000)
  expect(online.has('ann')).toBe(true)
  online.add('node-2', ['ann'])
  online.release(9_000)
  expect(told).toEqual(['ann true'])
})

test('[P2] a user who stays away is gone when the hold ends', () => {
  const { online, told } = openTold()
  online.add('node-1', ['ann', 'bob'])
  online.remove('node-1', ['ann', 'nobody'], 1_000)
  online.release(2_499)
  expect(online.has('ann')).toBe(true)
  online.release(2_500)
  expect(told).toEqual(['ann true', 'bob true', 'ann false'])
})

test('[P2] a dead node was last seen a while ago, so nobody on it is held longer', () => {
  const { online, told } = openTold()
  online.add('node-1', ['ann', 'bob'])
  online.add('node-2', ['bob'])
  online.drop('node-1', 10_000 - 2_200)
  online.release(10_000)
  expect(told).toEqual(['ann true', 'bob true', 'ann false'])
  expect(online.usersOf('node-1').size).toBe(0)
})

test('[P2] a list read anew changes only what is different', () => {
  const { online, told } = openTold()
  online.add('node-1', ['ann', 'bob'])
  online.replace('node-1', ['bob', 'cid'], 0)
  online.add('node-1', ['cid'])
  online.release(1_500)
  expect(told).toEqual(['ann true', 'bob true', 'cid true', 'ann false'])
  expect([...online.usersOf('node-1')]).toEqual(['bob', 'cid'])
})
