/** How likely clients change, by the time since they last did: a row for each kind and rate, a cell for each age. */
import type { HazardView } from '../../../../server/src/http/api.ts'
import { formatCount, formatMs } from '../../format/quantity.ts'

/** Ages that are shown, in mean dwell times. */
const AGES = [0, 0.06, 0.12, 0.25, 0.5, 0.7, 1, 1.4, 2, 2.8, 4]
/** At this many times its mean rate a cell is as dark as it gets. */
const DARKEST = 3

export function HazardMap({ hazards }: { readonly hazards: readonly HazardView[] }) {
  if (hazards.length === 0) return <p class="muted">Too few changes were seen yet.</p>
  return (
    <div class="hazards">
      <table>
        <caption class="muted">
          Changes in a mean dwell time, by the time since the last one in mean dwell times: 1 is as often as
          on average, darker is more often.
        </caption>
        <thead>
          <tr>
            <th scope="col">Clients</th>
            {AGES.map((age) => (
              <th key={age} scope="col">
                {age}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hazards.map((row) => (
            <tr key={`${row.kind} ${row.dwellMs}`}>
              <th scope="row">
                {row.kind}, once in {formatMs(row.dwellMs)}{' '}
                <span class="muted">({formatCount(row.changes)} changes)</span>
              </th>
              {AGES.map((age) => (
                <HazardCell key={age} hazard={hazardAt(row, age)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function HazardCell({ hazard }: { readonly hazard: number }) {
  const depth = Math.min(1, hazard / DARKEST)
  return (
    <td class={depth > 0.55 ? 'deep' : ''} style={{ '--depth': `${Math.round(100 * depth)}%` }}>
      {hazard < 10 ? hazard.toFixed(1) : Math.round(hazard)}
    </td>
  )
}

const hazardAt = ({ ages }: HazardView, age: number): number =>
  ages.findLast(({ from }) => from <= age)?.hazard ?? 0

export function HourBars({ factors }: { readonly factors: readonly number[] }) {
  const most = Math.max(...factors, 1)
  return (
    <ol class="hours" aria-label="How often clients change by hour of the day (UTC), against the mean">
      {factors.map((factor, hour) => (
        <li key={hour} title={`${hour}:00 UTC: ${factor.toFixed(2)} × the mean`}>
          <span class="hour-bar" style={{ '--height': `${Math.round((100 * factor) / most)}%` }} />
          <span class="unseen">
            {hour}:00: {factor.toFixed(2)} times the mean
          </span>
          {hour % 6 === 0 && <span class="muted">{hour}</span>}
        </li>
      ))}
    </ol>
  )
}
