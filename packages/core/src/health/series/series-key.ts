/** A series by name and labels as one text, which is kept in the place of an object for each. */
import type { About, Series } from './series.ts'

const SEPARATOR = '\u0000'
/** No label holds the separator; what stands for it, nobody writes. */
const clean = (text: string): string =>
  text.includes(SEPARATOR) ? text.replaceAll(SEPARATOR, '\uFFFD') : text

/** The order of labels does not matter; one without a value is none. */
export function seriesKey(about: number, name: string, labels: Series['labels']): string {
  let key = `${about}${SEPARATOR}${clean(name)}`
  const names = Object.keys(labels)
  if (names.length > 1) names.sort()
  for (const label of names) {
    const value = labels[label] ?? ''
    if (value !== '') key += `${SEPARATOR}${clean(label)}${SEPARATOR}${clean(value)}`
  }
  return key
}

export function seriesOfKey(
  key: string,
  aboutAt: (index: number) => About,
): Pick<Series, 'about' | 'name' | 'labels'> {
  const [about = '0', name = '', ...pairs] = key.split(SEPARATOR)
  const labels: Record<string, string> = {}
  for (let i = 0; i < pairs.length; i += 2) labels[pairs[i] ?? ''] = pairs[i + 1] ?? ''
  return { about: aboutAt(Number(about)), name, labels }
}
