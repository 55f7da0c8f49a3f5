/** How much a set of manifests may be. Everything here is checked before or while reading, never after. */

/** All texts of one apply together: thousands of services, and a tenth of a second of parsing. */
export const MAX_TEXT_BYTES = 1_048_576

export const MAX_DOCUMENTS = 1_000

/** Nesting in the text. Manifests need nine levels; parsing beyond some hundreds would exhaust the stack. */
export const MAX_DEPTH = 64

/** Values that aliases may add to a set of files, counted as if each alias were written out. */
export const MAX_ALIASED_VALUES = 10_000

/** Faults that are reported of one set of files; a person reads fewer, and each costs memory. */
export const MAX_FAULTS = 100

/** Instances of one part: a typing mistake in `max` must not order a data centre. */
export const MAX_INSTANCES = 10_000

/** Calls that one operation makes to one other part, on average. More is a loop gone wrong or a mistyped number. */
export const MAX_CALLS = 1_000
