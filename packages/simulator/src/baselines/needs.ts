/**
 * What a service needs in each second of a load that is known beforehand: core's sizing for waiting, at the
 * mean load of some seconds around it, times a factor. A factor below 1 spends the misses that a level allows;
 * what the needs are worth is found by trying factors, as for the targets of others.
 */
import type { Service } from '@holdfast/core/agreement'
import type { Sizer } from '../bounds.ts'
import type { Needs } from './clairvoyant.ts'

export interface NeedsInput {
  readonly service: Service
  readonly sizer: Sizer
  /** Operations in each second. */
  readonly rates: Float64Array
  /** Seconds that a load is taken as the mean of: the second itself and those before it. */
  readonly smoothing: number
  readonly factor: number
}

export function needsFor({ service, sizer, rates, smoothing, factor }: NeedsInput): Needs {
  const needs = new Map(service.parts.map(({ name }) => [name, new Uint32Array(rates.length)]))
  let sum = 0
  for (const [second, rate] of rates.entries()) {
    sum += rate - (rates[second - smoothing] ?? 0)
    const mean = Math.max(0, sum) / Math.min(smoothing, second + 1)
    const counts = sizer(mean * factor)
    for (const { name, minInstances, maxInstances } of service.parts) {
      const ofPart = needs.get(name)
      const count = counts?.[name] ?? minInstances
      if (ofPart !== undefined) ofPart[second] = Math.min(maxInstances, Math.max(minInstances, count))
    }
  }
  return Object.fromEntries(needs)
}
