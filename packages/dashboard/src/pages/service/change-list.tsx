/** Every change of the range with its reason, newest first; the row and its marker light up together. */
import { useEffect, useRef } from 'preact/hooks'
import type { ChangeView } from '../../../../server/src/http/api.ts'
import { changeKey } from '../../api/apply.ts'
import { clockTime } from '../../format/time.ts'
import { codeWords } from '../../format/words.ts'
import { useRoving } from '../../parts/use-roving.ts'
import { partColour } from './series.ts'

export function ChangeList(props: {
  /** Ascending by time. */
  readonly changes: readonly ChangeView[]
  readonly parts: readonly string[]
  readonly highlighted: string | null
  readonly scrollTo: string | null
  readonly onPoint: (change: string | null, isInChart: boolean) => void
}) {
  const { changes, parts, highlighted, scrollTo, onPoint } = props
  const list = useRef<HTMLOListElement>(null)
  const newestFirst = changes.toReversed()
  const roving = useRoving(newestFirst.map(changeKey))
  useScrollInside(list, scrollTo)
  if (newestFirst.length === 0) return <p class="muted">Nothing was changed in this range.</p>
  return (
    <ol class="changes" ref={list} onKeyDown={roving.onKeyDown}>
      {newestFirst.map((change) => {
        const key = changeKey(change)
        return (
          <li key={key} data-change={key}>
            <button
              type="button"
              class={key === highlighted ? 'lit' : ''}
              tabIndex={roving.tabIndexOf(key)}
              onFocus={() => {
                roving.onFocus(key)
                onPoint(key, false)
              }}
              onBlur={() => onPoint(null, false)}
              onPointerEnter={() => onPoint(key, false)}
              onPointerLeave={() => onPoint(null, false)}
            >
              <ChangeWords change={change} colour={partColour(parts.indexOf(change.part))} />
            </button>
          </li>
        )
      })}
    </ol>
  )
}

function ChangeWords({ change, colour }: { readonly change: ChangeView; readonly colour: string }) {
  const { at, part, from, to, reason } = change
  return (
    <>
      <time dateTime={at}>{clockTime(Date.parse(at))}</time>
      <span class="what">
        <span class="swatch stack" aria-hidden="true" style={{ '--swatch': `var(${colour})` }} />
        <span class="part">{part}</span>
        <strong>
          {from} <span aria-hidden="true">→</span>
          <span class="unseen"> to </span> {to}
        </strong>
        <span class="code">{codeWords(reason.code)}</span>
      </span>
      <span class="why">{reason.says}</span>
    </>
  )
}

/** Scrolls the list only, never the page under the pointer. */
function useScrollInside(list: { readonly current: HTMLElement | null }, key: string | null): void {
  useEffect(() => {
    const box = list.current
    if (box === null || key === null) return
    const row = box.querySelector(`[data-change="${CSS.escape(key)}"]`)
    if (!(row instanceof HTMLElement)) return
    // The list is what its rows are placed against.
    const top = row.offsetTop
    const isAbove = top < box.scrollTop
    const isBelow = top + row.offsetHeight > box.scrollTop + box.clientHeight
    if (isAbove) box.scrollTop = top
    else if (isBelow) box.scrollTop = top + row.offsetHeight - box.clientHeight
  }, [list, key])
}
