/** The wiring of the cache without its pages: `history` reads from Postgres, commits owe nothing. */
import { openCached as openReal } from '../../../../server/cached.ts'

export function openCached(needs: Parameters<typeof openReal>[0]) {
  return { ...openReal(needs), page: undefined, writes: undefined }
}
