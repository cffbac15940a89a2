/** Says things to a Postgres server that no node would: makes and drops databases. */
import { PrismaPg } from '@prisma/adapter-pg'

/** Runs one statement that takes no parameters. */
export async function runStatement(url: string, statement: string): Promise<void> {
  const adapter = await new PrismaPg({ connectionString: url, max: 1, connectionTimeoutMillis: 5_000 }).connect()
  try {
    await adapter.executeRaw({ sql: statement, args: [], argTypes: [] })
  } finally {
    await adapter.dispose()
  }
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const other = new URL(url)
  other.pathname = `/${database}`
  return other.href
}
