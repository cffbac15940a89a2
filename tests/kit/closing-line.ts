/** Ends every run with one plain line, so that no skipped test goes unnoticed. */
import type { Reporter, TestModule } from 'vitest/node'

// biome-ignore lint/style/noDefaultExport: vitest takes a reporter named by path as a default export
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], faults: readonly unknown[]): void {
    const count = { passed: 0, failed: faults.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      if (module.errors().length > 0) count.failed += module.errors().length
      for (const test of module.children.allTests()) count[test.result().state] += 1
    }
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped + count.pending} skipped\n`)
  }
}
