/**
 * Whether an expression is sure to be matched within short time, whatever the text: the labels that it is tried on are
 * made up by whoever sends them. Repeats within repeats take twice as long with each letter, and many in a row nearly so;
 * neither is needed to tell labels apart.
 */

/** Of those that have no end, and of all. */
const MOST_ENDLESS = 2
const MOST_REPEATS = 6

const REPEAT = /^(?:[*+?]|\{\d+(?:,\d*)?\})/

/** What is wrong with it; null where it is quick. */
export function slowIn(pattern: string): string | null {
  let [endless, all, isGroup] = [0, 0, false]
  for (let at = 0; at < pattern.length;) {
    const rest = pattern.slice(at)
    const [repeat] = REPEAT.exec(rest) ?? []
    if (repeat !== undefined) {
      if (isGroup && repeat !== '?') return 'It repeats a group.'
      all += 1
      if (repeat !== '?' && !/^\{\d+\}$/.test(repeat)) endless += 1
      // One that takes as little as it can has a mark more.
      at += repeat.length + (rest[repeat.length] === '?' ? 1 : 0)
      isGroup = false
      continue
    }
    isGroup = rest.startsWith(')')
    if (/^\\(?:[1-9]|k<)/.test(rest)) return 'It refers to a group.'
    at += lengthOfAtom(rest)
  }
  if (endless > MOST_ENDLESS) return `It repeats more than ${MOST_ENDLESS} things without an end.`
  return all > MOST_REPEATS ? `It repeats more than ${MOST_REPEATS} things.` : null
}

function lengthOfAtom(rest: string): number {
  if (rest.startsWith('\\')) return 2
  // The mark is part of what the group is, and repeats nothing.
  if (rest.startsWith('(?')) return 2 + (/^[:=!]|^<[=!]?/.exec(rest.slice(2))?.[0].length ?? 0)
  if (!rest.startsWith('[')) return 1
  const [within = rest] = /^\[(?:\\.|[^\]\\])*\]/.exec(rest) ?? []
  return within.length
}
