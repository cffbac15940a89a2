/** What every roster promises: Redis keeps it, and the one in memory that stands in for it. */
import { expect, test } from 'vitest'
import type { Roster } from '../../server/cache/roster.ts'
import { eventually } from '../kit/eventually.ts'

/** `forget` is what a restart without a disk does. */
export type OpenRoster = () => Promise<{ roster: Roster; forget: () => Promise<void> }>

export function rosterContract(name: string, open: OpenRoster): void {
  test(`[P2] a node lives as long as its beats, and its users go with it (${name})`, async () => {
    const { roster } = await open()
    await roster.put('node-1', ['ada', 'bob'])
    const version = await roster.beat('node-1', '{"sockets":2}', 300)
    expect(version).toBeGreaterThan(0)
    await roster.beat('node-2', '{}', 60_000)
    expect(await roster.nodes()).toEqual([
      { name: 'node-1', view: '{"sockets":2}', version },
      { name: 'node-2', view: '{}', version: 0 },
    ])
    await eventually(async () => expect((await roster.nodes()).map((node) => node.name)).toEqual(['node-2']))
    expect(await roster.usersOf('node-1')).toEqual({ version, userIds: expect.arrayContaining(['ada', 'bob']) })
    await roster.drop('node-1')
    expect(await roster.usersOf('node-1')).toEqual({ version: 0, userIds: [] })
  })

  test(`every change of the users raises their version (${name})`, async () => {
    const { roster } = await open()
    const versions = [
      await roster.put('node-1', ['ada']),
      await roster.add('node-1', ['bob', 'eve']),
      await roster.remove('node-1', ['ada', 'eve']),
      await roster.put('node-1', []),
      await roster.add('node-1', ['zoe']),
    ]
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
    expect(await roster.usersOf('node-1')).toEqual({ version: versions.at(-1), userIds: ['zoe'] })
  })

  test(`nobody is online on a node that nobody heard of (${name})`, async () => {
    const { roster } = await open()
    expect(await roster.nodes()).toEqual([])
    expect(await roster.usersOf('nowhere')).toEqual({ version: 0, userIds: [] })
    await roster.drop('nowhere')
    expect(await roster.add('nowhere', ['ada'])).toBe(0)
    expect(await roster.remove('nowhere', ['ada'])).toBe(0)
  })

  test(`what was forgotten shows as version 0, is not taken for whole, and outgrows every version before it (${name})`, async () => {
    const { roster, forget } = await open()
    const before = await roster.put('node-1', ['ada', 'bob'])
    await forget()
    expect(await roster.beat('node-1', '{}', 10_000)).toBe(0)
    expect(await roster.add('node-1', ['eve'])).toBe(0)
    expect(await roster.usersOf('node-1')).toEqual({ version: 0, userIds: [] })
    const healed = await roster.put('node-1', ['ada', 'bob', 'eve'])
    expect(healed).toBeGreaterThan(before)
    expect(await roster.beat('node-1', '{}', 10_000)).toBe(healed)
  })
}
