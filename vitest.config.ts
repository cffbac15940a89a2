import { defineConfig } from 'vitest/config'

/** One project per need: the folder of a test says what must be running. They run in this order. */
const projects = [
  { name: 'unit', timeoutMs: 5_000, needs: [] },
  { name: 'sim', timeoutMs: 60_000, needs: [] },
  { name: 'contract', timeoutMs: 30_000, needs: ['services'] },
  { name: 'integration', timeoutMs: 60_000, needs: ['services'] },
  { name: 'cluster', timeoutMs: 180_000, needs: ['cluster'] },
  { name: 'browser', timeoutMs: 120_000, needs: ['cluster', 'chromium'] },
]

export default defineConfig({
  test: {
    reporters: ['default', './tests/kit/closing-line.ts'],
    projects: projects.map(({ name, timeoutMs, needs }, groupOrder) => ({
      test: {
        name,
        include: [`tests/${name}/**/*.test.ts`],
        globalSetup: needs.map((need) => `./tests/kit/${need}.ts`),
        testTimeout: timeoutMs,
        hookTimeout: 120_000,
        fileParallelism: name === 'unit' || name === 'sim',
        sequence: { groupOrder },
      },
    })),
  },
})
