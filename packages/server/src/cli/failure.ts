/**
 * What a command failed with, from the server or found here: always a problem document, so that both are
 * printed and counted alike. People read "what; why; how to fix", programs (`--json`) the document.
 */
import { problem, problemDocument, problemCodes, type Fault, type ProblemCode } from '../errors/index.ts'
import type { ProblemDocument } from '../http/api.ts'
import { clean, toJson } from './clean.ts'
import type { ExitCode, Io } from './io.ts'
import type { Paint } from './paint.ts'

export type { ProblemDocument }

interface FailureDetails {
  /** Takes the place of the code's general hint where there is better advice. */
  readonly hint?: string
  readonly faults?: readonly Fault[]
}

export function failure(code: ProblemCode, detail: string, details: FailureDetails = {}): ProblemDocument {
  const document = problemDocument(problem(code, detail, details.faults ?? []))
  return details.hint === undefined ? document : { ...document, hint: details.hint }
}

/** A code that this version does not know counts by its status: 4xx for input that is invalid is bad use. */
function exitCodeOf({ code, status }: ProblemDocument): ExitCode {
  const entries: Readonly<Record<string, { readonly exit: 1 | 2 }>> = problemCodes
  return entries[code]?.exit ?? (status === 400 || status === 422 ? 2 : 1)
}

export function isRetriable({ code, status }: ProblemDocument): boolean {
  const entries: Readonly<Record<string, { readonly retriable: boolean }>> = problemCodes
  return entries[code]?.retriable ?? status >= 500
}

/** Prints on stderr and sets the exit code. */
export function reportFailure(io: Io, document: ProblemDocument, json: boolean, paint: Paint): void {
  const lines = json ? [toJson(document)] : failureLines(document, paint)
  io.stderr.write(lines.map((line) => `${line}\n`).join(''))
  io.exitWith(exitCodeOf(document))
}

/** Each fault on its own line first, as compilers do, then what is wrong as a whole and how to mend it. */
function failureLines(document: ProblemDocument, paint: Paint): readonly string[] {
  const { title, detail, hint } = document
  const headline = detail === '' ? sentence(title) : sentence(detail)
  return [
    ...document.faults.filter((fault) => !isSaidBy(fault, detail)).map(faultLine),
    `${paint('bad', 'error:')} ${clean(headline)}`,
    ...(hint === '' ? [] : [`  ${clean(hint)}`]),
  ]
}

/** A fault without a place in a file that is told already by what is said as a whole. */
function isSaidBy(fault: ProblemDocument['faults'][number], detail: string): boolean {
  return fault.source === undefined && fault.hint === '' && detail.includes(fault.message)
}

/** "shop.yaml:3:7: what is wrong. (what to do) at /spec" */
export function faultLine(fault: ProblemDocument['faults'][number]): string {
  const place = [fault.source, fault.line, fault.column].filter((piece) => piece !== undefined).join(':')
  const hint = fault.hint === '' ? '' : ` (${fault.hint})`
  const pointer = fault.pointer === undefined || fault.pointer === '' ? '' : ` at ${fault.pointer}`
  return clean(`${place === '' ? '' : `${place}: `}${fault.message}${hint}${pointer}`)
}

function sentence(text: string): string {
  return /[.?!…]$/.test(text) ? text : `${text}.`
}
