/** Names come from programs and from clients, and may have no end: as many are told apart, the rest is summed. */
export const OTHER = 'other'

/** The name itself while there is room for it. */
export function admitted(names: Set<string>, name: string, most: number): string {
  if (!names.has(name) && names.size >= most) return OTHER
  names.add(name)
  return name
}
