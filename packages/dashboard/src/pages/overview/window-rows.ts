/** Which rows of a long list are near enough to the view to be drawn; the rest is empty space. Pure. */

export interface RowsInView {
  /** First row that is drawn. */
  readonly first: number
  /** One after the last row that is drawn. */
  readonly end: number
  /** Height of the space that stands for the rows before and after. */
  readonly beforePx: number
  readonly afterPx: number
}

/** Rows beyond each edge, so that a quick scroll shows rows and not space. */
const OVERSCAN_ROWS = 6

export function rowsInView(options: {
  readonly count: number
  readonly rowPx: number
  /** How far the list's top lies above the top of the view; negative while it lies below. */
  readonly scrolledPx: number
  readonly viewPx: number
}): RowsInView {
  const { count, rowPx, scrolledPx, viewPx } = options
  if (count === 0 || rowPx <= 0) return { first: 0, end: 0, beforePx: 0, afterPx: 0 }
  const top = Math.floor(scrolledPx / rowPx) - OVERSCAN_ROWS
  const bottom = Math.ceil((scrolledPx + viewPx) / rowPx) + OVERSCAN_ROWS
  const end = clamp(bottom, 0, count)
  const first = clamp(top, 0, end)
  return { first, end, beforePx: first * rowPx, afterPx: (count - end) * rowPx }
}

/** How far to scroll so that a row is whole in view; 0 where it is. `coveredPx` lies under a fixed header. */
export function scrollToRow(options: {
  readonly index: number
  readonly rowPx: number
  readonly scrolledPx: number
  readonly viewPx: number
  readonly coveredPx: number
}): number {
  const { index, rowPx, scrolledPx, viewPx, coveredPx } = options
  const top = index * rowPx - scrolledPx
  if (top < coveredPx) return top - coveredPx
  const beyond = top + rowPx - viewPx
  return beyond > 0 ? beyond : 0
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
