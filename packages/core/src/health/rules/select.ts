/** Which series an input of a rule means. */
import type { Series } from '../series/index.ts'
import type { Selection } from './rule.ts'

/** Whoever sends labels may send long ones, on which an expression takes long. */
const MAX_MATCHED = 256

/** A test for one selection; expressions are compiled once. */
export function selects({ source, series, labels }: Selection): (of: Series) => boolean {
  const tests = labels.map(({ label, is }): ((of: Series) => boolean) => {
    if ('text' in is) return (of) => (of.labels[label] ?? '') === is.text
    const pattern = new RegExp(`^(?:${is.pattern})$`, 'u')
    return (of) => {
      const text = of.labels[label] ?? ''
      return text.length <= MAX_MATCHED && pattern.test(text)
    }
  })
  return (of) =>
    of.name === series && (source === null || of.source === source) && tests.every((test) => test(of))
}

/**
 * The same for series as they come, before their histograms are put together: a bucket, a sum or a count belongs to
 * what they are pieces of.
 */
export function selectsPieces(selection: Selection): (of: Series) => boolean {
  const whole = selects(selection)
  return (of) => {
    if (whole(of)) return true
    const name = wholeName(of.name)
    return name !== of.name && whole({ ...of, name })
  }
}

/** What a bucket, a sum or a count is a piece of. */
export const wholeName = (name: string): string => PIECE.exec(name)?.[1] ?? name

const PIECE = /^(.+)_(?:bucket|sum|count)$/
