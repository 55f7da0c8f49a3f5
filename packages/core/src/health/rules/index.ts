export { RULED_METRICS } from './rule.ts'
export type { Combination, LabelTest, Rule, RuledMetric, RuleInput, Selection, Statistic } from './rule.ts'
