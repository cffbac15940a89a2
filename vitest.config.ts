import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

type Project = {
  name: string
  timeoutMs: number
  needs: string[]
  include?: string
  exclude?: string[]
  /** How many files at a time; one unless said. */
  maxWorkers?: number
  /** Whether each file loads all it needs afresh, which costs more than what most of the small ones do. */
  isolate?: boolean
}

/** One project per need: the folder of a test says what must be running. They run in this order. */
const projects: Project[] = [
  { name: 'unit', timeoutMs: 5_000, needs: [], maxWorkers: availableParallelism(), isolate: false },
  { name: 'sim', timeoutMs: 60_000, needs: [], maxWorkers: availableParallelism(), isolate: false },
  { name: 'contract', timeoutMs: 30_000, needs: ['services'] },
  // these often wait for what they killed or held still: two at a time take two thirds as long; and loading the server anew
  // for each of fifty files would take a fifth of all their CPU
  { name: 'integration', timeoutMs: 60_000, needs: ['services'], maxWorkers: 2, isolate: false },
  { name: 'cluster', timeoutMs: 180_000, needs: ['cluster'], exclude: ['tests/cluster/cache.test.ts'] },
  // wants the machine for itself: a thousand readers at once, counted; `npm run test:cache`
  { name: 'cache', timeoutMs: 180_000, needs: ['cluster'], include: 'tests/cluster/cache.test.ts' },
  // of the browser's tests what every run can afford; `npm run test:browser` runs them all
  {
    name: 'smoke',
    timeoutMs: 120_000,
    needs: ['cluster', 'chromium'],
    include: 'tests/browser/{walk,keyboard,rooms,size}.test.ts',
  },
  { name: 'browser', timeoutMs: 120_000, needs: ['cluster', 'chromium'] },
]

// for the programs that tests start, often the same one dozens of times
Object.assign(process.env, { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'compiled') })

export default defineConfig({
  test: {
    reporters: ['default', './tests/kit/closing-line.ts'],
    projects: projects.map(
      ({ name, timeoutMs, needs, include, exclude = [], maxWorkers = 1, isolate = true }, groupOrder) => ({
        test: {
          name,
          include: [include ?? `tests/${name}/**/*.test.ts`],
          exclude,
          globalSetup: needs.map((need) => `./tests/kit/${need}.ts`),
          testTimeout: timeoutMs,
          hookTimeout: 120_000,
          maxWorkers,
          isolate,
          sequence: { groupOrder },
        },
      }),
    ),
  },
})
