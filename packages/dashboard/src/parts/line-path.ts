/** An SVG path through points; a null lifts the pen. */
export function linePath(points: readonly (readonly [number, number] | null)[]): string {
  let path = ''
  let drawing = false
  for (const point of points) {
    if (point === null) {
      drawing = false
      continue
    }
    path += `${drawing ? 'L' : 'M'}${point[0].toFixed(1)} ${point[1].toFixed(1)}`
    drawing = true
  }
  return path
}
