/**
 * Reads an expression: or, and, not, comparisons, sums, products, signs, in this order of binding. Faults name their
 * column. Depth and length are bounded, so that no text keeps anybody busy.
 */
import { fail, ok, type ParseFault, type Parsed, type Result } from '../../units/index.ts'
import type { BinaryOperator, Expression, FunctionName } from './expression.ts'
import { tokensOf, type Token } from './expression-tokens.ts'

export const MAX_EXPRESSION_DEPTH = 32

/** Each level binds more than the one before; comparisons do not chain. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ['or'],
  ['and'],
  ['<', '<=', '>', '>=', '==', '!='],
  ['+', '-'],
  ['*', '/'],
]
const COMPARISONS = 2
const FUNCTIONS: readonly FunctionName[] = ['min', 'max', 'abs']

export function parseExpression(text: string): Parsed<Expression> {
  const tokens = tokensOf(text)
  if (!tokens.ok) return tokens
  const reader = new Reader(tokens.value)
  const read = reader.level(0, 0)
  if (!read.ok) return read
  return reader.next.kind === 'end' ? read : reader.refuse('an operator or the end')
}

type Read = Result<Expression, ParseFault>

/** Where in the tokens the reading is. */
class Reader {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: 'the end', column: 1 }
  }

  refuse(wanted: string): Read {
    const { kind, text, column } = this.next
    const found = kind === 'end' ? text : JSON.stringify(text)
    return fail({
      code: 'expression-syntax',
      message: `Column ${column}: ${wanted} is expected, not ${found}.`,
      hint: "Write for example abs(new.rtt - old.rtt) > 20 and connection == 'wifi'.",
    })
  }

  /** Takes the sign or word if it is next. */
  #take(text: string): boolean {
    const { next } = this
    const found = next.text === text && (next.kind === 'sign' || next.kind === 'name')
    if (found) this.#at += 1
    return found
  }

  level(level: number, depth: number): Read {
    const operators = LEVELS[level]
    if (operators === undefined) return this.#operand(depth)
    // "not" binds less than a comparison and more than "and".
    if (level === COMPARISONS && this.#take('not')) {
      if (depth >= MAX_EXPRESSION_DEPTH) return this.#tooDeep()
      const operand = this.level(level, depth + 1)
      return operand.ok ? ok({ kind: 'not', operand: operand.value }) : operand
    }
    const first = this.level(level + 1, depth)
    if (!first.ok) return first
    let left = first.value
    for (let count = 0; ; count += 1) {
      const operator = operators.find((one) => this.#take(one))
      if (operator === undefined) return ok(left)
      // A long sum is a deep tree as well.
      if (depth + count >= MAX_EXPRESSION_DEPTH) return this.#tooDeep()
      const right = this.level(level + 1, depth)
      if (!right.ok) return right
      left = { kind: 'binary', operator, left, right: right.value }
      if (level === COMPARISONS) return ok(left)
    }
  }

  #tooDeep(): Read {
    return fail({
      code: 'expression-too-deep',
      message: `Column ${this.next.column}: it is nested or chained more than ${MAX_EXPRESSION_DEPTH} deep.`,
      hint: 'Write several ordered rules, each with a simple condition.',
    })
  }

  #operand(depth: number): Read {
    if (depth >= MAX_EXPRESSION_DEPTH) return this.#tooDeep()
    const { kind, text } = this.next
    if (this.#take('-')) {
      const operand = this.#operand(depth + 1)
      return operand.ok ? ok({ kind: 'negate', operand: operand.value }) : operand
    }
    if (this.#take('(')) {
      const inner = this.level(0, depth + 1)
      if (!inner.ok) return inner
      return this.#take(')') ? inner : this.refuse('")"')
    }
    if (kind === 'number' || kind === 'text') {
      const value = kind === 'number' ? Number(text) : text
      if (!Number.isFinite(value) && kind === 'number') return this.refuse('a number of usual size')
      this.#at += 1
      return ok({ kind: 'constant', value })
    }
    return kind === 'name' ? this.#named(text, depth) : this.refuse('a number, a parameter or "("')
  }

  #named(text: string, depth: number): Read {
    if (['and', 'or', 'not'].includes(text)) return this.refuse('a number, a parameter or "("')
    const name = FUNCTIONS.find((one) => one === text)
    this.#at += 1
    if (name !== undefined && this.#take('(')) return this.#call(name, depth)
    if (text === 'true' || text === 'false') return ok({ kind: 'constant', value: text === 'true' })
    const [first, ...rest] = text.split('.')
    if ((first === 'old' || first === 'new') && rest.length > 0)
      return ok({ kind: 'parameter', of: first, name: rest.join('.') })
    return ok({ kind: 'parameter', of: 'new', name: text })
  }

  #call(name: FunctionName, depth: number): Read {
    const of: Expression[] = []
    do {
      const argument = this.level(0, depth + 1)
      if (!argument.ok) return argument
      of.push(argument.value)
    } while (this.#take(','))
    const enough = name === 'abs' ? of.length === 1 : of.length >= 2
    if (!enough)
      return this.refuse(name === 'abs' ? 'one argument of abs' : `two arguments of ${name} or more`)
    return this.#take(')') ? ok({ kind: 'call', name, of }) : this.refuse('"," or ")"')
  }
}
