/** Brings a database to the newest schema with plain SQL, and keeps Prisma's own record of it. */
import type { Log } from '../kit/log.ts'

/** Resolves with the names it applied; any number of processes may ask at once. A migration that fails leaves nothing behind. */
export declare function migrate(needs: { url: string; folder: string; log: Log }): Promise<string[]>
