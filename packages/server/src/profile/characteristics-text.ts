/** What was found in the words of a manifest. */
import { callsOf, characteristicsOf, type PartProfile } from '@holdfast/core/profile'
import { formatDuration, type PartName } from '@holdfast/core/units'

export interface CharacteristicsText {
  readonly part: PartName
  readonly mean: string
  /** Null where it says nothing of the spread. */
  readonly percentile: { readonly key: string; readonly value: string } | null
  readonly capacity: string
  readonly startTime: string
  readonly calls: readonly { readonly part: PartName; readonly times: number }[]
}

export function characteristicsText(profile: PartProfile): CharacteristicsText {
  const { serviceTime, capacity, startTime } = characteristicsOf(profile)
  const { percentile } = serviceTime
  return {
    part: profile.part,
    mean: formatDuration(serviceTime.mean),
    percentile:
      percentile === undefined
        ? null
        : { key: percentileKey(percentile.ratio), value: formatDuration(percentile.value) },
    // Per second, as a person compares capacities, where formatRate takes the unit with the fewest digits.
    capacity: `${capacity}/s`,
    startTime: formatDuration(startTime),
    calls: callsOf(profile),
  }
}

/** "p95" for 0.95, "p99.9" for 0.999. */
export const percentileKey = (ratio: number): string => `p${Number((ratio * 100).toFixed(1))}`

/** On one line, as mappings are written in JSON as well when they are quoted. */
export function characteristicsValue(found: CharacteristicsText, quoted: boolean): string {
  const word = (text: string): string => (quoted ? JSON.stringify(text) : text)
  const pair = (key: string, value: string): string => `${word(key)}: ${value}`
  const { mean, percentile, capacity, startTime } = found
  const times = [
    pair('mean', word(mean)),
    ...(percentile === null ? [] : [pair(percentile.key, word(percentile.value))]),
  ]
  const members = [
    pair('serviceTime', `{ ${times.join(', ')} }`),
    pair('capacity', word(capacity)),
    pair('startTime', word(startTime)),
  ]
  return `{ ${members.join(', ')} }`
}

/** The parts as they stand in a manifest, with what was found and no more. */
export function manifestSnippet(profiles: readonly PartProfile[]): readonly string[] {
  return profiles.map(characteristicsText).flatMap((found) => {
    const calls = found.calls.map(({ part, times }) =>
      times === 1 ? `{ part: ${part} }` : `{ part: ${part}, times: ${times} }`,
    )
    return [
      `- name: ${found.part}`,
      `  characteristics: ${characteristicsValue(found, false)}`,
      ...(calls.length === 0 ? [] : [`  calls: [${calls.join(', ')}]`]),
    ]
  })
}
