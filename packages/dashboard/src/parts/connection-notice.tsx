import { formatAge } from '../format/time.ts'
import { useDashboard, useSelected, useServerNow } from './use-dashboard.ts'

/** Says that the figures stand still, since when, and when the next try is. */
export function ConnectionNotice() {
  const connection = useSelected((state) => state.connection)
  const offsetMs = useSelected((state) => state.clockOffsetMs)
  const { session } = useDashboard()
  const nowMs = useServerNow() - offsetMs
  if (connection.kind !== 'lost') return null
  const waitMs = connection.retryAtMs - nowMs
  return (
    <div class="notice" role="alert">
      <p>
        <strong>Connection lost, trying again</strong>
        {/* The count-down would be read out each second. */}
        <span aria-hidden="true">
          {waitMs > 0 ? ` in ${formatAge(waitMs + 999)}` : ' now'}. The figures are{' '}
          {formatAge(nowMs - connection.sinceMs)} old.
        </span>
      </p>
      <button type="button" onClick={() => session.retryNow()}>
        Try now
      </button>
    </div>
  )
}
