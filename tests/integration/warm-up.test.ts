/** What a node has done by the time it says that it is ready. */
import { expect, onTestFinished, test } from 'vitest'
import { runStatement } from '../../infra/local/database.ts'
import { eventually } from '../kit/eventually.ts'
import { openNodes } from '../kit/nodes.ts'

/** Rejects, with a division by zero, unless it is so. */
const demand = (url: string, condition: string) => runStatement(url, `SELECT 1 / (${condition})::int`)

test('a node that is ready has all its connections to Postgres, and nothing was written on them', async () => {
  const { env, close } = await openNodes(1, { POOL_MAX: '3' })
  onTestFinished(close)
  const { DATABASE_URL: url = '' } = env
  await expect(demand(url, '1 = 2')).rejects.toThrow('division by zero')
  const others = `FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'`
  await eventually(() => demand(url, `(SELECT count(*) ${others} AND pid <> pg_backend_pid()) = 3`)) // a backend outlives its client a moment
  await demand(url, 'NOT EXISTS (SELECT FROM messages) AND NOT EXISTS (SELECT FROM rooms)')
})
