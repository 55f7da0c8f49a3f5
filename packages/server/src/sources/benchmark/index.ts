export { createExperiment } from './experiment.ts'
export { openBenchmark } from './open-benchmark.ts'
