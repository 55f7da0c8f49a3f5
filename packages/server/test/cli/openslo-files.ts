/** Documents for the golden page of `holdfast import openslo` and `holdfast export openslo`. */
import { here } from './fake-io.ts'

const slo = (name: string, spec: string): string => `apiVersion: openslo/v1
kind: SLO
metadata: { name: ${name} }
spec:
  service: shop
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  ${spec}
`

const source = '{ metricSource: { type: Prometheus, spec: { query: requests } } }'

const answers = slo(
  'answers',
  `indicator: { metadata: { name: answers }, spec: { ratioMetric: { counter: true, good: ${source}, total: ${source} } } }
  objectives: [{ targetPercent: 99.9 }]`,
)

const fast = slo(
  'fast',
  `indicator: { metadata: { name: fast }, spec: { thresholdMetric: ${source} } }
  objectives: [{ op: lte, value: 0.2, target: 0.95 }]`,
)

const agreement = `apiVersion: holdfast/v1
kind: Agreement
metadata: { name: shop-gold }
spec:
  service: shop
  levels: [{ name: all, metric: response-time, limit: 200ms, ratio: 100 %, window: hour }]
  conditions: [{ load: { atMost: 10/s } }]
`

export const openSloFiles: Readonly<Record<string, string>> = {
  [here('slo/both.yaml')]: `${answers}---\n${fast}`,
  [here('slo/misspelled.yaml')]: answers.replace('targetPercent', 'targetPercentage'),
  [here('slo/agreement.yaml')]: agreement,
}
