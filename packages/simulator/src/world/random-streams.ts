/**
 * One seed for a whole run, and from it one stream of random numbers per purpose: what one purpose draws
 * never shifts what another one sees, so that adding a purpose leaves the rest of a run as it was.
 */
import { seededRandom, type Random } from '@holdfast/core/stats'

export type RandomStreams = (purpose: string) => Random

export const randomStreams =
  (seed: number): RandomStreams =>
  (purpose) =>
    seededRandom(fingerprint(`${seed} ${purpose}`))

/** FNV-1a with 32 bits (Fowler, Noll, Vo): enough to keep a few named streams apart. */
function fingerprint(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
