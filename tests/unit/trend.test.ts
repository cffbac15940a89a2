import { expect, test } from 'vitest'
import type { ClusterView } from '#protocol/panel.ts'
import { openTrend, trendMs } from '../../client/panel/trend.ts'
import { largeCluster } from '../fakes/staged-cluster.ts'

const few = (seconds: number, count: number): ClusterView => {
  const view = largeCluster(seconds)
  return { ...view, nodes: view.nodes.slice(0, count) }
}

test('counters become rates, also over a node that started anew', () => {
  const trend = openTrend()
  trend.take(few(0, 1), 0)
  trend.take(few(2, 1), 2_000)
  expect(trend.samples().at(-1)).toMatchObject({ messagesPerSecond: 23, sockets: few(2, 1).nodes[0]?.sockets })
  const [node] = few(4, 1).nodes
  if (node?.details === undefined) throw new Error('it is staged with details')
  const anew = { ...node, startedAt: 'later', details: { ...node.details, messages: 5 } }
  trend.take({ node: 'node-1', nodes: [anew] }, 4_000)
  expect(trend.samples().at(-1)).toMatchObject({ messagesPerSecond: 0 })
})

test('a node that is gone is shown for a while, and no longer', () => {
  const trend = openTrend()
  trend.take(few(0, 3), 0)
  trend.take(few(2, 2), 2_000)
  expect(trend.nodes(2_000).map(({ name, gone }) => [name, gone])).toEqual([
    ['node-1', false],
    ['node-2', false],
    ['node-3', true],
  ])
  trend.take(few(30, 2), 30_000)
  expect(trend.nodes(30_000)).toHaveLength(2)
})

test('fifty nodes watched for an hour keep only the last minutes', () => {
  const trend = openTrend()
  for (let seconds = 0; seconds < 3_600; seconds += 2) trend.take(largeCluster(seconds), seconds * 1_000)
  expect(trend.samples().length).toBeLessThanOrEqual(trendMs / 2_000 + 1)
  expect(trend.nodes(3_600_000)).toHaveLength(50)
  expect(Math.max(...trend.nodes(3_600_000).map(({ delays }) => delays.length))).toBe(30)
})
