/** Tells Prisma's command line where things lie; the server itself never reads this. */
import { defineConfig } from 'prisma/config'

const { DATABASE_URL = '' } = process.env

export default defineConfig({
  schema: './schema.prisma',
  migrations: { path: './migrations' },
  // Only `prisma migrate` asks for it, where its engine can be had; nothing else needs an address.
  datasource: { url: DATABASE_URL },
})
