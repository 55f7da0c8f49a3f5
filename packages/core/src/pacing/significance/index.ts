/** The door of significance: what change of a client's parameters would change a decision. */
export type { Expression } from './expression.ts'
export { valueOf } from './parameters.ts'
export type { Parameters, ParameterValue } from './parameters.ts'
export { parseExpression } from './parse-expression.ts'
export { renameTexts } from './rename-texts.ts'
export { isSignificant, needsDifference } from './significance.ts'
export type { OrderedRule, Significance, WeightedPart } from './significance.ts'
