/** A lane of markers over the instances chart, one where the number of instances changed. */
import { useRoving } from '../../parts/use-roving.ts'
import { markerWords } from './markers.ts'
import type { Marker } from './markers.ts'
import { changeKey } from '../../api/apply.ts'

const shapes: Record<Marker['kind'], string> = {
  more: 'M6 1 11 10H1Z',
  fewer: 'M6 11 1 2h10Z',
  mixed: 'M6 .5 11.5 6 6 11.5 .5 6Z',
}

export function ChangeMarkers(props: {
  readonly markers: readonly Marker[]
  readonly highlighted: string | null
  /** `isInChart` says that the list should come to the change, not only mark it. */
  readonly onPoint: (change: string | null, isInChart: boolean) => void
}) {
  const { markers, highlighted, onPoint } = props
  const roving = useRoving(markers.map(({ key }) => key))
  return (
    <div
      class="markers"
      role="toolbar"
      aria-label="Changes of instances over time"
      onKeyDown={roving.onKeyDown}
    >
      {markers.map((marker) => {
        const newest = marker.changes.at(-1)
        const isLit = marker.changes.some((change) => changeKey(change) === highlighted)
        const point = (): void => onPoint(newest === undefined ? null : changeKey(newest), true)
        return (
          <button
            key={marker.key}
            type="button"
            class={`marker ${marker.kind}${isLit ? ' lit' : ''}`}
            style={{ left: `${marker.position * 100}%` }}
            aria-label={markerWords(marker)}
            title={markerWords(marker).replaceAll('; ', '\n')}
            tabIndex={roving.tabIndexOf(marker.key)}
            onFocus={() => {
              roving.onFocus(marker.key)
              point()
            }}
            onBlur={() => onPoint(null, false)}
            onPointerEnter={point}
            onPointerLeave={() => onPoint(null, false)}
            onClick={point}
          >
            <svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">
              <path d={shapes[marker.kind]} />
            </svg>
          </button>
        )
      })}
    </div>
  )
}
