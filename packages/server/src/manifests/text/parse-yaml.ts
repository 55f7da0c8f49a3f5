/**
 * Turns text into YAML documents (JSON is YAML) without trusting it: nesting, documents and syntax errors are
 * bounded while the text is parsed, because the composer recurses and would exhaust the stack.
 * YAML 1.2 core schema whatever a %YAML directive says: no merge keys, no timestamps, no "yes" for true.
 */
import { Composer, Lexer, LineCounter, Parser, type CST, type Document } from 'yaml'
import type { Fault } from '../../errors/index.ts'
import { MAX_DEPTH, MAX_DOCUMENTS, MAX_FAULTS } from '../limits.ts'

export interface ParsedText {
  readonly documents: readonly Document.Parsed[]
  readonly lines: LineCounter
  readonly faults: readonly Fault[]
}

export interface SourceFile {
  readonly name: string
  /** What relative paths in the file are relative to; absolute. */
  readonly directory: string
  readonly text: string
}

export function parseYaml(file: SourceFile): ParsedText {
  const lines = new LineCounter()
  const fault = (offset: number, message: string, hint: string): Fault => {
    const { line, col } = lines.linePos(offset)
    return { message, hint, place: { source: file.name, line, column: col, pointer: '' } }
  }
  const { tokens, end } = tokensOf(file.text, lines)
  if (end.kind === 'too-deep')
    return {
      documents: [],
      lines,
      faults: [fault(end.offset, `The text is nested more than ${MAX_DEPTH} deep.`, 'Write it flatter.')],
    }

  // Duplicate keys are found later, in linear time; the composer compares each with each.
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  })
  const documents: Document.Parsed[] = []
  for (const document of composer.compose(tokens, false, file.text.length)) {
    if (documents.length === MAX_DOCUMENTS) {
      const hint = 'Split it into several files and apply them one after the other.'
      const message = `The file has more than ${MAX_DOCUMENTS} documents.`
      return { documents: [], lines, faults: [fault(document.range[0], message, hint)] }
    }
    documents.push(document)
  }
  const faults = documents
    .flatMap(({ errors, warnings }) => [...errors, ...warnings])
    .slice(0, MAX_FAULTS)
    .map(({ pos, message, code }) => fault(pos[0], sentence(message), HINTS[code] ?? ''))
  return { documents, lines, faults }
}

/** What people mostly did who get these errors. */
const HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with spaces.',
  BAD_INDENT: 'Indent the keys of one mapping by the same number of spaces.',
  BAD_SCALAR_START: 'Put the text in quotes.',
  MISSING_CHAR: 'Check that every bracket, brace and quote is closed.',
  TAG_RESOLVE_FAILED: 'Leave the tag out.',
}

type End = { readonly kind: 'whole' } | { readonly kind: 'too-deep'; readonly offset: number }

/** The parser does not recurse and shows its stack, so depth can be watched as the text goes by. */
function tokensOf(
  text: string,
  lines: LineCounter,
): { readonly tokens: readonly CST.Token[]; readonly end: End } {
  lines.addNewLine(0)
  const parser = new Parser(lines.addNewLine)
  const tokens: CST.Token[] = []
  let errors = 0
  const take = (token: CST.Token): void => {
    if (token.type === 'error' && ++errors > MAX_FAULTS) return
    tokens.push(token)
  }
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) take(token)
    if (parser.stack.length > MAX_DEPTH) return { tokens, end: { kind: 'too-deep', offset: parser.offset } }
  }
  for (const token of parser.end()) take(token)
  return { tokens, end: { kind: 'whole' } }
}

const sentence = (message: string): string => (/[.!?]$/.test(message) ? message : `${message}.`)
