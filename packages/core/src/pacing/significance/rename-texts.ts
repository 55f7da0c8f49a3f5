/** A rule as it holds where texts are told apart by other names than their own: its constants are renamed alike. */
import type { Expression } from './expression.ts'
import type { Significance } from './significance.ts'

export function renameTexts(rule: Significance, rename: (text: string) => string): Significance {
  switch (rule.kind) {
    case 'absolute':
    case 'relative':
    case 'ratio':
    case 'bands':
    case 'changed':
    case 'composite':
      return rule
    case 'expression':
      return { kind: 'expression', expression: inExpression(rule.expression, rename) }
    case 'any':
    case 'all':
      return { kind: rule.kind, of: rule.of.map((one) => renameTexts(one, rename)) }
    case 'ordered':
      return {
        kind: 'ordered',
        rules: rule.rules.map(({ when, decides }) => ({
          ...(when === undefined ? {} : { when: inExpression(when, rename) }),
          decides: typeof decides === 'boolean' ? decides : renameTexts(decides, rename),
        })),
      }
  }
}

function inExpression(expression: Expression, rename: (text: string) => string): Expression {
  switch (expression.kind) {
    case 'constant':
      return typeof expression.value === 'string'
        ? { kind: 'constant', value: rename(expression.value) }
        : expression
    case 'parameter':
      return expression
    case 'negate':
    case 'not':
      return { kind: expression.kind, operand: inExpression(expression.operand, rename) }
    case 'binary': {
      const { operator, left, right } = expression
      return {
        kind: 'binary',
        operator,
        left: inExpression(left, rename),
        right: inExpression(right, rename),
      }
    }
    case 'call':
      return {
        kind: 'call',
        name: expression.name,
        of: expression.of.map((one) => inExpression(one, rename)),
      }
  }
}
