/**
 * Whether figures that were measured in different ways can be true together: by Little's law who is inside at once is
 * who comes in a second times how long, and by the utilisation law nobody works for more time than there is. Where
 * they cannot, one of the sensors is wrong, and the finding says which figures disagree.
 */
import type { PartName } from '../units/index.ts'
import type { Tally } from './tally.ts'

export interface Finding {
  readonly part: PartName
  readonly law: 'littles-law' | 'utilisation-law'
  readonly says: string
}

/** Fewer operations say too little. */
const ENOUGH_OPERATIONS = 50
/** What differs by less is the way in which clocks are read. */
const TOLERANCE = 0.2

export const crossCheck = (part: PartName, tally: Tally): readonly Finding[] =>
  tally.completed < ENOUGH_OPERATIONS ? [] : [...tooLongInside(part, tally), ...tooBusy(part, tally)]

/** Waiting and service happen inside, so that together they cannot be longer. What else happens there may be. */
function tooLongInside(part: PartName, tally: Tally): readonly Finding[] {
  const { waitedMs, servedMs, insideMs, service } = tally
  const said = waitedMs + servedMs
  // Operations at the edges of the time are counted in one of the two figures alone.
  const atEdges = 2 * service.max * Math.ceil(insideMs / Math.max(1, tally.seenMs))
  if (said <= insideMs * (1 + TOLERANCE) + atEdges) return []
  const [each, inside] = [said, insideMs].map((ms) => (ms / tally.completed).toFixed(1))
  return [
    {
      part,
      law: 'littles-law',
      says: `Operations of part ${part} are said to wait and be served for ${each} ms each, but are inside for ${inside} ms: what its Server-Timing header says cannot be true.`,
    },
  ]
}

function tooBusy(part: PartName, { servedMs, placesMs }: Tally): readonly Finding[] {
  if (placesMs === 0 || servedMs <= placesMs * (1 + TOLERANCE)) return []
  const share = Math.round((100 * servedMs) / placesMs)
  return [
    {
      part,
      law: 'utilisation-law',
      says: `Instances of part ${part} are said to work for ${share} % of the time that they have with their concurrency: that, or what its Server-Timing header says, cannot be true.`,
    },
  ]
}
