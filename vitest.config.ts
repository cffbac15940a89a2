import { defineConfig } from 'vitest/config'

type Project = { name: string; timeoutMs: number; needs: string[]; include?: string }

/** One project per need: the folder of a test says what must be running. They run in this order. */
const projects: Project[] = [
  { name: 'unit', timeoutMs: 5_000, needs: [] },
  { name: 'sim', timeoutMs: 60_000, needs: [] },
  { name: 'contract', timeoutMs: 30_000, needs: ['services'] },
  { name: 'integration', timeoutMs: 60_000, needs: ['services'] },
  { name: 'cluster', timeoutMs: 180_000, needs: ['cluster'] },
  // of the browser's tests what every run can afford; `npm run test:browser` runs them all
  {
    name: 'smoke',
    timeoutMs: 120_000,
    needs: ['cluster', 'chromium'],
    include: 'tests/browser/{walk,keyboard,size}.test.ts',
  },
  { name: 'browser', timeoutMs: 120_000, needs: ['cluster', 'chromium'] },
]

export default defineConfig({
  test: {
    reporters: ['default', './tests/kit/closing-line.ts'],
    projects: projects.map(({ name, timeoutMs, needs, include = `tests/${name}/**/*.test.ts` }, groupOrder) => ({
      test: {
        name,
        include: [include],
        globalSetup: needs.map((need) => `./tests/kit/${need}.ts`),
        testTimeout: timeoutMs,
        hookTimeout: 120_000,
        fileParallelism: name === 'unit' || name === 'sim',
        sequence: { groupOrder },
      },
    })),
  },
})
