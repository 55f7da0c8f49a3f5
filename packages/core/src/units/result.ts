/**
 * Holds the outcome of anything that may be refused: a value or an error, never an exception.
 */

export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E }

/** Why a text was refused: `message` says what is wrong, `hint` what to write instead, with an example. */
export type ParseFault = { readonly code: string; readonly message: string; readonly hint: string }

/** What every parser of this folder returns. */
export type Parsed<T> = Result<T, ParseFault>

type Success<T> = { readonly ok: true; readonly value: T }
type Failure<E> = { readonly ok: false; readonly error: E }

export function ok<T>(value: T): Success<T> {
  return { ok: true, value }
}

export function fail<E>(error: E): Failure<E> {
  return { ok: false, error }
}

export function refuse(code: string, message: string, hint: string): Failure<ParseFault> {
  return fail({ code, message, hint })
}
