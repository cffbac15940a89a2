/** The numbers as they are published: named and described by Prometheus' conventions, with labels that stay few. */
import { expect, test } from 'vitest'
import { openMetrics } from '../../server/kit/metrics.ts'

const metrics = openMetrics({ node: 'node-1', version: 'test' })
const ours = (await metrics.registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith('parley_'))
/** Prometheus' base units, and what is plainly counted. */
const nouns = /_(seconds|bytes|total|info|connections|waiting|apart|writes)$|^parley_(connections|outage)$/

test('every number says what it is, in words that end', () => {
  expect(ours.length).toBeGreaterThan(25)
  for (const { name, help } of ours) expect(help, name).toMatch(/^[A-Z].{10,}\.$/)
})

test('names end in their unit; counters, and they alone, in total', () => {
  for (const { name, type } of ours) {
    expect(name).toMatch(/^parley_[a-z]+(_[a-z]+)*$/)
    expect(name).toMatch(nouns)
    expect(name.endsWith('_total'), name).toBe(String(type) === 'counter')
  }
})

test('no label can grow without bound: each has a name whose values the code lists', async () => {
  const listed = new Set(['version', 'outcome', 'code', 'kind', 'source', 'direction', 'service', 'state', 'reason'])
  for (const name of ['event', 'path']) listed.add(name)
  for (const { name } of ours) {
    const declared = metrics.registry.getSingleMetric(name)
    const labels: unknown = declared === undefined ? [] : Reflect.get(declared, 'labelNames')
    expect(Array.isArray(labels), name).toBe(true)
    for (const label of Array.isArray(labels) ? labels : []) expect(listed, `${name} ${label}`).toContain(label)
  }
})

test('the text that Prometheus reads names the node, and what is looked at only then', async () => {
  const { poolWaiting, beforeTelling, text } = openMetrics({ node: 'node-7', version: 'test' })
  beforeTelling(() => poolWaiting.set(3))
  const told = await text()
  expect(told).toContain('parley_postgres_pool_waiting{node="node-7"} 3')
  expect(told).toMatch(/^nodejs_eventloop_lag_p99_seconds\{node="node-7"\}/m)
  expect(told).toMatch(/^process_resident_memory_bytes\{node="node-7"\}/m)
})
