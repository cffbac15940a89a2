/** Alerts and dashboards hold together: they name numbers that exist, and every alert says why and what to do. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { openMetrics } from '../../server/kit/metrics.ts'

const read = (path: string) => readFileSync(new URL(`../../infra/${path}`, import.meta.url), 'utf8')

type Alert = { alert: string; expr: string; for: string; labels: { severity: string }; annotations: Annotations }
type Annotations = { reason: string; runbook: string }
type Panel = { title: string; description: string; targets: { expr: string }[]; datasource: { uid: string } }
type Dashboard = { uid: string; title: string; panels: Panel[] }

const { groups }: { groups: { rules: Alert[] }[] } = parse(read('prometheus/alerts.yml'))
const alerts = groups.flatMap(({ rules }) => rules)
const dashboards = readdirSync(new URL('../../infra/grafana/dashboards/', import.meta.url)).map(
  (file): Dashboard => JSON.parse(read(`grafana/dashboards/${file}`)),
)
const runbook = read('RUNBOOK.md')
const declared = await openMetrics({ node: 'node-1', version: 'test' }).registry.getMetricsAsJSON()

/** What Prometheus makes of each number: a histogram becomes three. */
const series = new Map(
  declared.flatMap(({ name, type }) => {
    const suffixes = String(type) === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
    return suffixes.map((suffix): [string, string] => [name + suffix, name])
  }),
)
/** The names of numbers in an expression, without what is in quotes and braces. */
const namesIn = (expr: string) => expr.replace(/\{[^}]*\}/g, '').match(/\b(parley|process|nodejs)_\w+/g) ?? []
const labelsIn = (expr: string) => [...expr.matchAll(/(\w+)(?:=~|!=|=)"/g)].map(([, label = '']) => label)

test('there is a dashboard for each question: overview, per node, delivery, cache, failure drill', () => {
  expect(new Set(dashboards.map(({ uid }) => uid))).toEqual(
    new Set(['overview', 'node', 'delivery', 'cache', 'drill'].map((name) => `parley-${name}`)),
  )
})

test('every panel says what it shows, and asks for numbers that nodes publish', () => {
  for (const { title, panels } of dashboards)
    for (const panel of panels) {
      expect(panel.description.length, `${title}: ${panel.title}`).toBeGreaterThan(10)
      expect(panel.datasource.uid).toBe('parley')
      for (const { expr } of panel.targets)
        for (const name of namesIn(expr)) expect([...series.keys()], `${title}: ${panel.title}`).toContain(name)
    }
})

test('no number of ours is published without being shown or watched', () => {
  const exprs = [...dashboards.flatMap(({ panels }) => panels.flatMap(({ targets }) => targets)), ...alerts]
  const used = new Set(exprs.flatMap(({ expr }) => namesIn(expr)).map((name) => series.get(name)))
  for (const { name } of declared) if (name.startsWith('parley_')) expect(used).toContain(name)
})

test('every alert names numbers that exist, by labels that exist, and a severity, a reason and a time', () => {
  const labels = new Set(['job', 'service', 'code', 'kind', 'outcome', 'reason'])
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length)
  for (const { alert, expr, for: time, labels: given, annotations } of alerts) {
    for (const name of namesIn(expr)) expect([...series.keys()], alert).toContain(name)
    for (const label of labelsIn(expr)) expect(labels, alert).toContain(label)
    expect(namesIn(expr).length > 0 || expr.includes('up{job="parley"}'), alert).toBe(true)
    expect(['critical', 'warning']).toContain(given.severity)
    expect(annotations.reason.length, alert).toBeGreaterThan(30)
    expect(time).toMatch(/^\d+[sm]$/)
  }
})

test('every alert has its section in the runbook, where it says what people see and what to do; none is left over', () => {
  const sections = new Map(
    [...runbook.matchAll(/^### (\w+)\n([\s\S]*?)(?=^##)/gm)].map(([, name, text]) => [name, text]),
  )
  for (const { alert, annotations } of alerts) {
    expect(annotations.runbook).toBe(`infra/RUNBOOK.md#${alert.toLowerCase()}`)
    expect(sections.get(alert), alert).toMatch(/\*People see\*[\s\S]*\*Do\*/)
  }
  const told = [...sections].filter(([, text = '']) => text.includes('*People see*')).map(([name]) => name)
  expect(new Set(told)).toEqual(new Set(alerts.map(({ alert }) => alert)))
})

test('Prometheus finds every replica by its name, and Grafana finds Prometheus and the dashboards', () => {
  const { scrape_configs: jobs, rule_files: rules } = parse(read('prometheus/prometheus.yml'))
  expect(jobs).toMatchObject([{ job_name: 'parley', dns_sd_configs: [{ names: ['server'], type: 'A', port: 3000 }] }])
  expect(rules).toEqual(['alerts.yml'])
  const { datasources } = parse(read('grafana/provisioning/datasources/prometheus.yml'))
  expect(datasources).toMatchObject([{ uid: 'parley', type: 'prometheus', url: 'http://prometheus:9090' }])
  const { providers } = parse(read('grafana/provisioning/dashboards/parley.yml'))
  expect(providers).toMatchObject([{ type: 'file', options: { path: '/etc/parley/dashboards' } }])
})
