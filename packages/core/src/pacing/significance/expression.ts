/**
 * Expressions over a client's parameters, as an operator writes them: "abs(new.rtt - old.rtt) > 20 and loss > 0.01". They
 * are read into data and walked; nothing is ever run as a program. Where a parameter is missing or of another type the
 * answer is unknown, which no rule takes for significant.
 */
import { valueOf, type Parameters, type ParameterValue } from './parameters.ts'

export type BinaryOperator = '+' | '-' | '*' | '/' | '<' | '<=' | '>' | '>=' | '==' | '!=' | 'and' | 'or'
export type FunctionName = 'min' | 'max' | 'abs'

export type Expression =
  | { readonly kind: 'constant'; readonly value: number | string | boolean }
  | { readonly kind: 'parameter'; readonly of: 'old' | 'new'; readonly name: string }
  | { readonly kind: 'negate' | 'not'; readonly operand: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly of: readonly Expression[] }

export interface Change {
  readonly before: Parameters
  readonly now: Parameters
}

type Value = number | string | boolean | null

export const isTrue = (expression: Expression, change: Change): boolean =>
  evaluate(expression, change) === true

/** Null is unknown. */
export function evaluate(expression: Expression, change: Change): Value {
  switch (expression.kind) {
    case 'constant':
      return expression.value
    case 'parameter':
      return simple(valueOf(expression.of === 'old' ? change.before : change.now, expression.name))
    case 'negate': {
      const value = evaluate(expression.operand, change)
      return typeof value === 'number' ? -value : null
    }
    case 'not': {
      const value = evaluate(expression.operand, change)
      return typeof value === 'boolean' ? !value : null
    }
    case 'call':
      return called(
        expression.name,
        expression.of.map((one) => evaluate(one, change)),
      )
    case 'binary':
      return combined(expression, change)
  }
}

function simple(value: ParameterValue | undefined): Value {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  return typeof value === 'string' || typeof value === 'boolean' ? value : null
}

function called(name: FunctionName, values: readonly Value[]): Value {
  const numbers = values.filter((value) => typeof value === 'number')
  if (numbers.length < values.length) return null
  switch (name) {
    case 'min':
      return Math.min(...numbers)
    case 'max':
      return Math.max(...numbers)
    case 'abs':
      return Math.abs(numbers[0] ?? 0)
  }
}

type Binary = Extract<Expression, { readonly kind: 'binary' }>

function combined({ operator, left, right }: Binary, change: Change): Value {
  const one = evaluate(left, change)
  if (operator === 'and' || operator === 'or') {
    // What one side alone decides is known even where the other is not.
    const decides = operator === 'or'
    if (one === decides) return decides
    const other = evaluate(right, change)
    if (other === decides) return decides
    return typeof one === 'boolean' && typeof other === 'boolean' ? !decides : null
  }
  const other = evaluate(right, change)
  if (one === null || other === null || typeof one !== typeof other) return null
  if (operator === '==') return one === other
  if (operator === '!=') return one !== other
  return typeof one === 'number' && typeof other === 'number' ? ofNumbers(operator, one, other) : null
}

type NumberOperator = Exclude<BinaryOperator, 'and' | 'or' | '==' | '!='>

function ofNumbers(operator: NumberOperator, left: number, right: number): Value {
  switch (operator) {
    case '+':
      return finite(left + right)
    case '-':
      return finite(left - right)
    case '*':
      return finite(left * right)
    case '/':
      return finite(left / right)
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
  }
}

/** A division by zero is unknown. */
const finite = (value: number): Value => (Number.isFinite(value) ? value : null)
