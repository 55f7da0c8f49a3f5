/** Names, at the end of a run, every test that was skipped: what this machine could not show, and why. */
import type { Reporter, TestModule } from 'vitest/node'

export class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map(
        (test) => `  ${module.relativeModuleId}: ${test.fullName}`,
      ),
    )
    if (skipped.length === 0) return
    process.stdout.write(`\nSkipped on this machine:\n${skipped.join('\n')}\n`)
  }
}
