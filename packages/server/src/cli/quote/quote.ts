/** Quotes the agreements that files state, without a server. */
import { quote as quoteService, type Quote, type QuoteFault } from '@holdfast/core/quote'
import {
  epochMs,
  parseDuration,
  parseRate,
  type Parsed,
  type PerSecond,
  type Result,
} from '@holdfast/core/units'
import { problem, problemDocument, type Fault } from '../../errors/index.ts'
import type { DeclaredService } from '../../declared/index.ts'
import { failure, type ProblemDocument } from '../failure.ts'
import type { FileOptions } from '../file-options.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'
import { quotePage } from './quote-page.ts'
import { quoteView } from './quote-view.ts'
import { findService } from './find-service.ts'

export interface QuoteOptions extends FileOptions {
  readonly load?: string
  readonly overhead?: string
}

export async function quote(context: CommandContext, options: QuoteOptions): Promise<Outcome> {
  const answer = await readQuote(context, options)
  if (!answer.ok) return answer
  const { quote, found } = answer.value
  if (context.json) context.printJson(quoteView(quote, found))
  else context.print(...quotePage(quote, found, context.paint))
  return done
}

export async function readQuote(
  { io }: CommandContext,
  options: QuoteOptions,
): Promise<Result<{ readonly quote: Quote; readonly found: DeclaredService }, ProblemDocument>> {
  const load = readLoad(options)
  if (!load.ok) return load
  const overhead = readOption('--overhead', options.overhead, parseDuration)
  if (!overhead.ok) return overhead
  const found = await findService(io, options)
  if (!found.ok) return found
  const { resolved, agreementManifests } = found.value
  const named = new Set(agreementManifests.map(({ manifest }) => manifest.metadata.name))
  const answer = quoteService({
    service: resolved.service,
    agreements: resolved.agreements.filter(({ name }) => named.has(name)),
    overheadMs: overhead.value ?? 0,
    measuredMs: {},
    load: load.value,
    at: epochMs(io.now()),
  })
  if (!answer.ok) return { ok: false, error: refusal(answer.error, found.value) }
  return { ok: true, value: { quote: answer.value, found: found.value } }
}

/** Null where none is given. */
export function readLoad({ load: text }: QuoteOptions): Result<PerSecond | null, ProblemDocument> {
  const load = readOption('--load', text, parseRate)
  if (!load.ok || load.value !== 0) return load
  return { ok: false, error: failure('usage', '--load is zero.', { hint: LOAD_HINT }) }
}

const LOAD_HINT = 'Write a rate above zero, such as 10/s.'

/** Null where the option is not given. */
function readOption<T>(
  option: string,
  text: string | undefined,
  parse: (text: string) => Parsed<T>,
): Result<T | null, ProblemDocument> {
  if (text === undefined) return { ok: true, value: null }
  const parsed = parse(text)
  if (parsed.ok) return parsed
  return {
    ok: false,
    error: failure('usage', `${option}: ${parsed.error.message}`, { hint: parsed.error.hint }),
  }
}

/** Says in which file what is missing would have to stand. */
function refusal(fault: QuoteFault, found: DeclaredService): ProblemDocument {
  const { message, hint } = fault
  const placed: Fault = { message, hint, place: placeOf(fault, found) }
  if (fault.code === 'no-load')
    return failure('usage', 'The load to quote for is not known.', { hint: LOAD_HINT, faults: [placed] })
  return problemDocument(problem('manifest-invalid', 'The service says too little for a quote.', [placed]))
}

function placeOf(
  fault: QuoteFault,
  { serviceManifest, agreementManifests, resolved }: DeclaredService,
): Fault['place'] {
  switch (fault.code) {
    case 'no-load': {
      const about = agreementManifests.find(({ manifest }) => manifest.metadata.name === fault.agreement)
      return about?.locate(['spec', 'conditions']) ?? {}
    }
    case 'no-characteristics': {
      const index = resolved.service.parts.findIndex(({ name }) => name === fault.part)
      return serviceManifest.locate(['spec', 'parts', index])
    }
    case 'no-operations':
      return serviceManifest.locate(['spec', 'gateway'])
  }
}
