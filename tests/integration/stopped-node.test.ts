/** A node that stands still in the middle of its commits: no lock outlives a round trip, so nobody waits for it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Changes } from '#protocol/wire.ts'
import { must } from '../../server/kit/must.ts'
import { freshDatabase } from '../kit/database.ts'
import { eventually } from '../kit/eventually.ts'
import { attempt, draftOf, type LaneNode, openLaneNode } from '../kit/real-lanes.ts'
import { furnish } from '../kit/rooms.ts'

const stops = 10
const told: Changes[] = []
let node: LaneNode
let child: ChildProcess
let roomIds: string[] = []
let people: string[] = []
let sentByChild = 0

beforeAll(async () => {
  const url = await freshDatabase()
  node = openLaneNode({ url, told })
  const furnished = await furnish(node, { people: 2, rooms: 5 })
  roomIds = furnished.roomIds
  people = furnished.userIds
  const script = new URL('../kit/restless-sender.ts', import.meta.url).pathname
  const args = [script, url, must(people[0], 'there is somebody'), ...roomIds]
  child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout?.on('data', (dots: Buffer) => {
    sentByChild += dots.length
  })
})
afterAll(async () => {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  await node.close()
})

test('[L1] others send to the same rooms within 2 s while a node is stopped in mid-commit', async () => {
  const author = must(people[1], 'there is somebody')
  const slowestMs: number[] = []
  for (let stop = 0; stop < stops; stop++) {
    const before = sentByChild
    await eventually(() => sentByChild > before + 10, { withinMs: 20_000, everyMs: 1 + stop })
    child.kill('SIGSTOP')
    const beganAt = performance.now()
    const endings = await Promise.all(roomIds.map((roomId) => attempt([node], 0, draftOf(roomId, author, 'go on'))))
    slowestMs.push(Math.round(performance.now() - beganAt))
    child.kill('SIGCONT')
    expect(endings.every(({ seq }) => seq !== undefined)).toBe(true)
  }
  console.info(`slowest of each stop: ${slowestMs.join(', ')} ms`)
  expect(Math.max(...slowestMs)).toBeLessThan(2_000)
  for (const { rev, head } of (await node.log.revs(roomIds)).values()) expect(rev).toBe(head + 1) // no hole was left [R1]
})
