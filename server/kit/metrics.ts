/** Every number this node publishes, declared in one place: names and units by Prometheus' conventions. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

const fast = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

export type Metrics = ReturnType<typeof openMetrics>

export function openMetrics({ node, version }: { node: string; version: string }) {
  const registry = new Registry()
  registry.setDefaultLabels({ node })
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const tasks: (() => void)[] = []
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `parley_${name}`, help, labelNames, registers })
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `parley_${name}`, help, labelNames, registers })
  const histogram = (name: string, help: string, buckets: number[], labelNames: string[] = []) =>
    new Histogram({ name: `parley_${name}`, help, buckets, labelNames, registers })

  gauge('build_info', 'Always 1; the label names the version.', ['version']).set({ version }, 1)
  return {
    registry,
    deliveries: counter('deliveries_total', 'Frames that fan-out gave to sockets of this node, at most.', ['event']),
    deliverySeconds: histogram(
      'delivery_seconds',
      "From a message's commit, by Postgres' clock, to its arrival at a node of its readers, by the node's: skew included.",
      [...fast, 5, 10],
      ['path'],
    ),
    fanoutSeconds: histogram(
      'fanout_seconds',
      'From a word said on pub/sub to hearing it back, asked every second.',
      fast,
    ),
    givenUp: counter('sockets_given_up_total', 'Sockets closed for what their client did, by reason.', ['reason']),
    connections: gauge('connections', 'Open sockets.'),
    handshakes: counter('handshakes_total', 'Socket handshakes by outcome.', ['outcome']),
    refusals: counter('refusals_total', 'Refusals by code.', ['code']),
    commits: counter('commits_total', 'Commits of the append path.'),
    messages: counter('messages_total', 'Messages that became durable.'),
    batchSize: histogram('batch_writes', 'Writes per commit.', [1, 2, 5, 10, 20, 50, 100, 200, 500]),
    commitSeconds: histogram('commit_seconds', 'Duration of one commit.', fast),
    laneWaiting: gauge('lane_waiting', 'Writes that wait for a commit.'),
    lanesApart: gauge('lanes_apart', 'Rooms whose row another node holds, waiting in a lane of their own.'),
    announceFaults: counter('announce_faults_total', 'Announcements that did not reach the adapter.'),
    repairs: counter('repairs_total', 'What repair found missed, by kind: rooms, memberships, sessions.', ['kind']),
    resumes: counter('resumes_total', 'Resumes by kind of answer.', ['kind']),
    gaps: counter('gaps_total', 'Resumes by which a connected client closed a hole in what it had heard.'),
    pages: counter('pages_total', 'Pages of history by source.', ['source']),
    cacheLooks: counter('cache_looks_total', 'Looks into the cache by outcome.', ['outcome']),
    cacheFills: counter('cache_fills_total', 'Values offered to the cache by what became of them.', ['outcome']),
    cacheWaits: counter('cache_waits_total', 'Pauses of readers while another one reads the same.'),
    cacheWrites: counter('cache_writes_total', 'What writers did to cached values, by outcome.', ['outcome']),
    cacheDebts: counter('cache_debts_total', 'Invalidations that could not reach the cache, and later did.', ['kind']),
    cacheBytes: counter('cache_bytes_total', 'Characters of values by direction.', ['direction']),
    cacheSeconds: histogram('cache_page_seconds', 'Duration of a page of history by source.', fast, ['source']),
    audits: counter('audits_total', 'Cached answers compared with Postgres, by outcome.', ['outcome']),
    staleReads: counter('stale_reads_total', 'Cached answers that were old although nothing was being written.'),
    publishFaults: counter('publish_faults_total', 'Publishes that Redis did not take.'),
    sessionReads: counter('session_reads_total', 'Sessions looked up, by outcome.', ['outcome']),
    sessionFaults: counter('session_faults_total', 'Calls to the session store that failed.'),
    storeFaults: counter('store_faults_total', 'Calls to Postgres that failed, by what it says about the work.', [
      'kind',
    ]),
    poolConnections: gauge('postgres_pool_connections', 'Connections to Postgres by state.', ['state']),
    poolWaiting: gauge('postgres_pool_waiting', 'Calls that wait for a connection to Postgres.'),
    pingSeconds: histogram('ping_seconds', 'How long a service takes to say that it is there.', fast, ['service']),
    outages: gauge('outage', 'Whether a service is away: 1 while it is.', ['service']),
    /** Runs `task` before the numbers are told: for what is cheaper to look at then than to follow. */
    beforeTelling: (task: () => void) => void tasks.push(task),
    /** The registry as Prometheus' text. */
    text() {
      for (const task of tasks) task()
      return registry.metrics()
    },
  }
}

type Counted = { get(): Promise<{ values: { value: number; labels: Record<string, string | number | undefined> }[] }> }

/** What a counter has counted, under all labels or under the one of this value. */
export async function totalOf(counter: Counted, label?: string): Promise<number> {
  const { values } = await counter.get()
  const counted = values.filter(({ labels }) => label === undefined || Object.values(labels).includes(label))
  return counted.reduce((sum, { value }) => sum + value, 0)
}
