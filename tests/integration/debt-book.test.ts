/** Debts to the cache, as Postgres keeps them. */
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../server/kit/clock.ts'
import { openDebtBook } from '../../server/store/debt-book.ts'
import { openPostgres } from '../../server/store/postgres.ts'
import { freshDatabase } from '../kit/database.ts'
import { silentLog, testMetrics } from '../kit/open-redis.ts'

test('[C8] debts outlive whoever made them, and are paid the oldest first and once', async () => {
  const url = await freshDatabase()
  const openBook = () => {
    const postgres = openPostgres({ url, poolMax: 2, log: silentLog, metrics: testMetrics(), clock: systemClock })
    onTestFinished(() => postgres.close())
    return openDebtBook({ postgres })
  }
  const [one, two] = [openBook(), openBook()]
  await one.owe(['first', 'second'])
  await two.owe(['second', 'third'])
  const debts = await two.list(3)
  expect(debts.map(({ key }) => key)).toEqual(['first', 'second', 'second'])
  await two.paid(debts.map(({ id }) => id))
  await two.paid(debts.map(({ id }) => id))
  expect((await one.list(10)).map(({ key }) => key)).toEqual(['third'])
  await one.owe([])
  await one.paid([])
  expect(await one.list(10)).toHaveLength(1)
})
