/** What the inputs of rules come to in one span, by names that change with the rule's version. */
import type { JoinedReading } from '../series/index.ts'
import type { Coverage } from './coverage.ts'
import { tallyReadings, type InputTally } from './input-tally.ts'
import type { Rule } from './rule.ts'
import { selects } from './select.ts'

/** Of another version something else was kept: its figures are not this one's. */
export const inputName = ({ name, version }: Pick<Rule, 'name' | 'version'>, index: number): string =>
  `rule ${name}@${version} ${index}`

export type TallyInputs = (
  readings: readonly JoinedReading[],
  coverage: Coverage,
) => Readonly<Record<string, InputTally>>

/** Made once for some rules, as their expressions are compiled. */
export function ruleInputs(rules: readonly Rule[]): TallyInputs {
  const inputs = rules.flatMap((rule) =>
    rule.inputs.map(({ select, statistic }, index) => ({
      name: inputName(rule, index),
      statistic,
      isMeant: selects(select),
    })),
  )
  return (readings, coverage) => {
    const told: Record<string, InputTally> = {}
    for (const { name, statistic, isMeant } of inputs) {
      const meant = readings.filter(({ series }) => isMeant(series))
      if (meant.length > 0)
        told[name] = tallyReadings(meant, statistic, (from, to) => coverage.newMs(name, from, to))
    }
    return told
  }
}
