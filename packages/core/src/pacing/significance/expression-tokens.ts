/** Cuts the text of an expression into tokens, each with its column. It knows words and signs, not what they mean. */
import { fail, ok, type Parsed } from '../../units/index.ts'

export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'sign' | 'end'
  readonly text: string
  /** From 1. */
  readonly column: number
}

export const MAX_EXPRESSION_LENGTH = 1_000

const PATTERN =
  /\s+|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)|'(?<text>[^']*)'|(?<sign><=|>=|==|!=|[-+*/×÷−<>≤≥≠(),])/uy

/** Signs that people write otherwise. */
const SAME: Readonly<Record<string, string>> = {
  '×': '*',
  '÷': '/',
  '−': '-',
  '≤': '<=',
  '≥': '>=',
  '≠': '!=',
}

export function tokensOf(text: string): Parsed<readonly Token[]> {
  if (text.length > MAX_EXPRESSION_LENGTH)
    return fail({
      code: 'expression-too-long',
      message: `It has ${text.length} characters; at most ${MAX_EXPRESSION_LENGTH} are read.`,
      hint: 'Write several ordered rules, each with a short condition.',
    })
  const tokens: Token[] = []
  const pattern = new RegExp(PATTERN)
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found === null)
      return fail({
        code: 'expression-sign',
        message: `Column ${at + 1}: ${JSON.stringify(text[at] ?? '')} means nothing here.`,
        hint: "Use numbers, parameters, 'texts', + - * /, comparisons, and, or, not, min, max, abs.",
      })
    const { number, name, text: quoted, sign } = found.groups ?? {}
    const column = at + 1
    if (number !== undefined) tokens.push({ kind: 'number', text: number, column })
    else if (name !== undefined) tokens.push({ kind: 'name', text: name, column })
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted, column })
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: SAME[sign] ?? sign, column })
  }
  tokens.push({ kind: 'end', text: 'the end', column: text.length + 1 })
  return ok(tokens)
}
