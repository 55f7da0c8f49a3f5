/** Reads the documents of a file as plain JSON, each with a way to find the places of its values. */
import type { Fault } from '../../errors/index.ts'
import type { JsonValue } from './json-value.ts'
import { locateIn } from './locate.ts'
import { parseYaml, type SourceFile } from './parse-yaml.ts'
import type { Locate } from './path.ts'
import { aliasBudget, plainDocument, type AliasBudget } from './plain-value.ts'

export interface SourceDocument {
  readonly value: JsonValue
  readonly locate: Locate
}

/** Without those that are empty or broken; a document whose text is broken would only be blamed for what could not be read. */
export function readDocuments(
  file: SourceFile,
  budget: AliasBudget = aliasBudget(),
): { readonly documents: readonly SourceDocument[]; readonly faults: readonly Fault[] } {
  const parsed = parseYaml(file)
  const documents: SourceDocument[] = []
  const faults: Fault[] = [...parsed.faults]
  for (const document of parsed.documents) {
    const plain = plainDocument(document, budget)
    const locate = locateIn({ file: file.name, lines: parsed.lines, document, aliases: plain.aliases })
    for (const { offset, path, message, hint } of plain.faults) {
      const { line, col } = parsed.lines.linePos(offset)
      const place = { ...locate(path), line, column: col }
      faults.push({ message, hint, place })
    }
    const broken = document.errors.length + document.warnings.length + plain.faults.length > 0
    if (!broken && plain.value !== null) documents.push({ value: plain.value, locate })
  }
  return { documents, faults }
}
