import { defineConfig } from 'vitest/config'
import { SkippedReporter } from './test/skipped-reporter.ts'

const everyTest = ['packages/*/{src,test}/**/*.test.ts', 'bench/**/*.test.ts', 'examples/**/*.test.ts']

export default defineConfig({
  test: {
    reporters: ['default', new SkippedReporter()],
    projects: [
      {
        // Simulated hours take some seconds, and more on a machine that has other things to do.
        test: {
          name: 'unit',
          include: everyTest,
          exclude: ['**/*.real.test.ts', '**/node_modules/**'],
          testTimeout: 60_000,
        },
      },
      {
        // Real processes, browsers and databases: one file at a time, so that they do not starve each other.
        test: {
          name: 'real',
          include: ['packages/*/{src,test}/**/*.real.test.ts', 'examples/**/*.real.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'tidy', include: ['test/tidy/**/*.test.ts'] } },
    ],
  },
})
