/** Follows the page's scrolling and says which rows of a list to draw, and can bring a row into view. */
import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { rowsInView, scrollToRow } from './window-rows.ts'
import type { RowsInView } from './window-rows.ts'

export interface ListWindow {
  readonly rows: RowsInView
  readonly bringIntoView: (index: number) => void
}

export function useRowsInView(options: {
  readonly list: RefObject<HTMLElement | null>
  readonly count: number
  readonly rowPx: number
  /** What stays at the top of the view and covers rows. */
  readonly coveredPx: number
}): ListWindow {
  const { list, count, rowPx, coveredPx } = options
  const [scrolledPx, setScrolledPx] = useState(0)
  useEffect(() => {
    let frame = 0
    const look = (): void => {
      frame = 0
      // Whole rows are enough: between them nothing else would be drawn.
      setScrolledPx(Math.floor(scrolledPast(list.current) / rowPx) * rowPx)
    }
    const soon = (): void => {
      frame ||= window.requestAnimationFrame(look)
    }
    look()
    window.addEventListener('scroll', soon, { passive: true })
    window.addEventListener('resize', soon)
    return () => {
      window.cancelAnimationFrame(frame)
      window.removeEventListener('scroll', soon)
      window.removeEventListener('resize', soon)
    }
  }, [list, rowPx, count])
  return {
    rows: rowsInView({ count, rowPx, scrolledPx, viewPx: window.innerHeight }),
    bringIntoView: (index) => {
      const scrolled = scrolledPast(list.current)
      const by = scrollToRow({ index, rowPx, scrolledPx: scrolled, viewPx: window.innerHeight, coveredPx })
      if (by !== 0) window.scrollBy({ top: by })
    },
  }
}

function scrolledPast(list: HTMLElement | null): number {
  return list === null ? 0 : -list.getBoundingClientRect().top
}
