import { ranges } from '../router.ts'
import type { RangeKey } from '../router.ts'

/** How far back the charts look. */
export function RangeChoice(props: {
  readonly chosen: RangeKey
  readonly onChoose: (range: RangeKey) => void
}) {
  const { chosen, onChoose } = props
  return (
    <fieldset class="ranges">
      <legend class="unseen">Time range</legend>
      {ranges.map(({ key, words }) => (
        <label key={key}>
          <input type="radio" name="range" checked={key === chosen} onChange={() => onChoose(key)} />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  )
}
