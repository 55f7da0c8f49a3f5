/**
 * How many replicas Kubernetes' horizontal pod autoscaler proposes for one metric, before it limits how fast
 * that may be approached: `GetResourceReplicas` and `GetExternalPerPodMetricReplicas` of its
 * `replica_calculator.go`. Its words are kept here: pods, replicas, utilisation.
 */

/** Upstream's default, upwards and downwards. */
const TOLERANCE = 0.1

/** Usage in percent of what one pod requests; pods that are deleted or failed are in none of the three. */
export interface PodGroups {
  /** Each ready pod's usage. */
  readonly ready: readonly number[]
  /** Pending, or not ready yet since they started: their usage says nothing. */
  readonly unready: number
  /** Without a sample. */
  readonly missing: number
}

/** A CPU utilisation metric: `target` in percent of the request. Null when no ready pod has a sample. */
export function proposeByUtilization(current: number, pods: PodGroups, target: number): number | null {
  const { ready, unready, missing } = pods
  if (ready.length === 0) return null
  const ratio = utilization(ready) / target
  if (missing === 0 && !(unready > 0 && ratio > 1))
    return isTolerated(ratio) ? current : Math.ceil(ratio * ready.length)
  const counted = [...ready, ...substitutes(pods, ratio, target)]
  const renewed = utilization(counted) / target
  if (isTolerated(renewed) || (ratio < 1 && renewed > 1) || (ratio > 1 && renewed < 1)) return current
  const proposed = Math.ceil(renewed * counted.length)
  // More pods are counted than before, which must not turn the change round.
  return renewed < 1 ? Math.min(current, proposed) : Math.max(current, proposed)
}

/** What is not known speaks against the change, whichever way it goes. */
function substitutes({ unready, missing }: PodGroups, ratio: number, target: number): readonly number[] {
  if (ratio > 1) return repeated(missing + unready, 0)
  return ratio < 1 ? repeated(missing, Math.max(100, target)) : []
}

/** An external metric with a target of type AverageValue: so much for each replica. */
export function proposeByAverageValue(replicas: number, total: number, target: number): number {
  if (replicas > 0 && isTolerated(total / (target * replicas))) return replicas
  return Math.ceil(total / target)
}

/** Whole percents, cut off, as upstream computes them: from whole figures, so that what is whole stays so. */
const utilization = (usages: readonly number[]): number =>
  Math.floor(usages.reduce((sum, usage) => sum + usage, 0) / usages.length + 1e-9)

const isTolerated = (ratio: number): boolean => 1 - TOLERANCE <= ratio && ratio <= 1 + TOLERANCE

const repeated = (times: number, usage: number): readonly number[] =>
  Array.from({ length: times }, () => usage)
